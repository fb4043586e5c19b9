using System.Reflection;
using System.Runtime.InteropServices;

namespace Flex.Fields.NetCdf;

/// <summary>The functions of netCDF-C that are used here, with the C names. Every call lies in a scope of <see cref="Enter"/>.</summary>
internal static partial class LibNetCdf
{
    /// <summary><c>NC_GLOBAL</c>: the attributes of a file instead of a variable's.</summary>
    public const int Global = -1;

    /// <summary><c>NC_MAX_NAME</c>, bytes without the final zero.</summary>
    public const int MaxName = 256;

    /// <summary><c>NC_NOWRITE</c>.</summary>
    public const int ReadOnly = 0;

    /// <summary><c>NC_NETCDF4</c>, replacing an existing file.</summary>
    public const int NetCdf4 = 0x1000;

    /// <summary><c>NC_CHUNKED</c>.</summary>
    public const int Chunked = 0;

    /// <summary><c>NC_UNLIMITED</c>.</summary>
    public const nuint Unlimited = 0;

    private const string Library = "netcdf";

    // Debian 12 and 13, then the name that libnetcdf-dev installs on any other system.
    private static readonly string[] FileNames = ["libnetcdf.so.19", "libnetcdf.so.22", "libnetcdf.so"];

    static LibNetCdf() => NativeLibrary.SetDllImportResolver(typeof(LibNetCdf).Assembly, Resolve);

    // netCDF-C keeps its table of open files in process-wide state and is not thread-safe even for different files,
    // so the lock belongs to the process and not to a file.
    private static Lock Gate { get; } = new();

    /// <summary>Waits for the library, which serves one thread at a time; dispose the result to release it.</summary>
    public static Lock.Scope Enter()
    {
        var scope = Gate.EnterScope();

        // HDF5 prints its errors on standard error unless told not to, by each thread for itself; netCDF does that for one.
        _ = H5Eset_auto2(stack: 0, 0, 0);
        return scope;
    }

    /// <summary>Turns a failed call into an error that the user can read.</summary>
    /// <param name="status">What the call returned.</param>
    /// <param name="doing">What was attempted, for example <c>cannot read a.nc</c>.</param>
    /// <exception cref="InputException">The call failed.</exception>
    public static void Check(int status, string doing)
    {
        if (status != 0)
        {
            throw new InputException($"{doing}: {ErrorText(status)}");
        }
    }

    /// <summary>The library's text for a status.</summary>
    public static string ErrorText(int status) => Marshal.PtrToStringUTF8(nc_strerror(status)) ?? $"netCDF error {status}";

    // HDF5's own function, found through netCDF, which is linked with it.
    [LibraryImport(Library)]
    private static partial int H5Eset_auto2(long stack, nint printer, nint data);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport(Library)]
    public static partial nint nc_strerror(int status);

    [LibraryImport(Library)]
    public static partial nint nc_inq_libvers();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_open(string path, int mode, out int file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_create(string path, int mode, out int file);

    [LibraryImport(Library)]
    public static partial int nc_close(int file);

    [LibraryImport(Library)]
    public static partial int nc_inq_format(int file, out int format);

    [LibraryImport(Library)]
    public static partial int nc_inq_natts(int file, out int count);

    [LibraryImport(Library)]
    public static partial int nc_inq_varids(int group, out int count, [Out] int[]? variables);

    [LibraryImport(Library)]
    public static partial int nc_inq_grps(int group, out int count, [Out] int[]? groups);

    [LibraryImport(Library)]
    public static partial int nc_inq_grpname(int group, Span<byte> name);

    [LibraryImport(Library)]
    public static partial int nc_inq_var(int group, int variable, Span<byte> name, out int type, out int rank, Span<int> dimensions, out int attributes);

    [LibraryImport(Library)]
    public static partial int nc_inq_varndims(int group, int variable, out int rank);

    [LibraryImport(Library)]
    public static partial int nc_inq_var_chunking(int group, int variable, out int storage, Span<nuint> chunks);

    [LibraryImport(Library)]
    public static partial int nc_inq_dim(int group, int dimension, Span<byte> name, out nuint length);

    [LibraryImport(Library)]
    public static partial int nc_inq_attname(int group, int variable, int index, Span<byte> name);

    [LibraryImport(Library)]
    public static partial int nc_inq_att(int group, int variable, ReadOnlySpan<byte> name, out int type, out nuint length);

    [LibraryImport(Library)]
    public static partial int nc_get_att_text(int group, int variable, ReadOnlySpan<byte> name, Span<byte> value);

    [LibraryImport(Library)]
    public static partial int nc_get_att_double(int group, int variable, ReadOnlySpan<byte> name, Span<double> values);

    [LibraryImport(Library)]
    public static partial int nc_get_att_string(int group, int variable, ReadOnlySpan<byte> name, Span<nint> values);

    [LibraryImport(Library)]
    public static partial int nc_free_string(nuint count, Span<nint> values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_float(int group, int variable, ReadOnlySpan<nuint> start, ReadOnlySpan<nuint> count, Span<float> values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_double(int group, int variable, ReadOnlySpan<nuint> start, ReadOnlySpan<nuint> count, Span<double> values);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_def_dim(int file, string name, nuint length, out int dimension);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_def_var(int file, string name, int type, int rank, ReadOnlySpan<int> dimensions, out int variable);

    [LibraryImport(Library)]
    public static partial int nc_def_var_chunking(int file, int variable, int storage, ReadOnlySpan<nuint> chunks);

    [LibraryImport(Library)]
    public static partial int nc_def_var_deflate(int file, int variable, int shuffle, int deflate, int level);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_put_att_text(int file, int variable, string name, nuint length, ReadOnlySpan<byte> value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_put_att_double(int file, int variable, string name, int type, nuint length, ReadOnlySpan<double> values);

    [LibraryImport(Library)]
    public static partial int nc_enddef(int file);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_float(int file, int variable, ReadOnlySpan<nuint> start, ReadOnlySpan<nuint> count, ReadOnlySpan<float> values);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_double(int file, int variable, ReadOnlySpan<nuint> start, ReadOnlySpan<nuint> count, ReadOnlySpan<double> values);

    // HDF5 closes at exit what is open, and complains on standard error of damaged files that it cannot close.
    private static unsafe void DontTidyAtExit(nint library)
    {
        if (NativeLibrary.TryGetExport(library, "H5dont_atexit", out var function))
        {
            _ = ((delegate* unmanaged<int>)function)();
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Library)
        {
            return 0;
        }

        // HDF5's file locks pass to every program that is started meanwhile, such as gnuplot, and fail on some network
        // file systems. They are not needed: our files appear complete, by renaming.
        _ = setenv("HDF5_USE_FILE_LOCKING", "FALSE", overwrite: 0);
        foreach (var file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, assembly, search, out var handle))
            {
                DontTidyAtExit(handle);
                return handle;
            }
        }

        throw new InputException("the netCDF library is not installed: run ./flex once with network access, or apt-get install libnetcdf19");
    }
}
