using System.Runtime.InteropServices;

namespace Flex.Fields.NetCdf;

/// <summary>The installed netCDF-C.</summary>
public static class NetCdfLibrary
{
    /// <summary>Gets its version, which loads it: <c>4.9.0</c>.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    public static string Version
    {
        get
        {
            using (LibNetCdf.Enter())
            {
                // "4.9.0 of Nov 12 2022 18:16:11 $"
                return Marshal.PtrToStringUTF8(LibNetCdf.nc_inq_libvers())?.Split(' ')[0] ?? "unknown";
            }
        }
    }
}
