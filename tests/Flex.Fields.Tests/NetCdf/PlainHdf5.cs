using System.Runtime.InteropServices;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.NetCdf;

/// <summary>
/// Writes a plain HDF5 file through the HDF5 library that netCDF brings along: bare data sets without dimension scales,
/// the layout that h5py's <c>f["w"] = array</c> makes.
/// </summary>
public static class PlainHdf5
{
    private const uint Truncate = 2;
    private static readonly string[] FileNames = ["libhdf5_serial.so.103", "libhdf5_serial.so.310", "libhdf5.so"];

    private delegate int Open();

    private delegate long CreateFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint flags, long creation, long access);

    private delegate long CreateSpace(int rank, ulong[] lengths, nint maxima);

    private delegate long CreateGroup(long parent, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, long link, long creation, long access);

    private delegate long CreateSet(
        long parent, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, long type, long space, long link, long creation, long access);

    private delegate int WriteSet(long set, long type, long memory, long file, long transfer, float[] values);

    private delegate int Close(long id);

    /// <summary>Writes one float32 data set, inside a group where one is named.</summary>
    public static void Write(string path, string name, ulong[] lengths, float[] values, string? group = null)
    {
        var library = Load();
        T Function<T>(string function) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, function));

        // netCDF uses the same library in this process.
        using (LibNetCdf.Enter())
        {
            Function<Open>("H5open")();
            var type = Marshal.ReadInt64(NativeLibrary.GetExport(library, "H5T_NATIVE_FLOAT_g"));
            var file = Function<CreateFile>("H5Fcreate")(path, Truncate, 0, 0);
            var space = Function<CreateSpace>("H5Screate_simple")(lengths.Length, lengths, 0);
            var parent = group is null ? file : Function<CreateGroup>("H5Gcreate2")(file, group, 0, 0, 0);
            var set = Function<CreateSet>("H5Dcreate2")(parent, name, type, space, 0, 0, 0);
            Assert.Equal(0, Function<WriteSet>("H5Dwrite")(set, type, 0, 0, 0, values));
            Function<Close>("H5Dclose")(set);
            Function<Close>("H5Sclose")(space);
            if (group is not null)
            {
                Function<Close>("H5Gclose")(parent);
            }

            Assert.Equal(0, Function<Close>("H5Fclose")(file));
        }
    }

    private static nint Load()
    {
        foreach (var name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        throw new InvalidOperationException("this test needs the HDF5 library: apt-get install libhdf5-103-1");
    }
}
