namespace Flex.Fields.NetCdf;

/// <summary>The type of a variable's elements as stored; the numbers are netCDF-C's.</summary>
public enum NetCdfType
{
    /// <summary>A user-defined type (compound, enumeration, …).</summary>
    Other = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Characters.</summary>
    Text = 2,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 3,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 4,

    /// <summary>IEEE single precision.</summary>
    Float32 = 5,

    /// <summary>IEEE double precision.</summary>
    Float64 = 6,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 7,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 8,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 9,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 10,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 11,

    /// <summary>Strings of any length.</summary>
    String = 12,
}

/// <summary>Properties of element types.</summary>
public static class NetCdfTypes
{
    /// <summary>Whether elements are numbers.</summary>
    /// <param name="type">The type.</param>
    public static bool IsNumeric(this NetCdfType type) =>
        type is not (NetCdfType.Other or NetCdfType.Text or NetCdfType.String);

    /// <summary>The bytes of an element as stored; 1 where they vary.</summary>
    /// <param name="type">The type.</param>
    public static int Size(this NetCdfType type) => type switch
    {
        NetCdfType.Int16 or NetCdfType.UInt16 => 2,
        NetCdfType.Int32 or NetCdfType.UInt32 or NetCdfType.Float32 => 4,
        NetCdfType.Int64 or NetCdfType.UInt64 or NetCdfType.Float64 => 8,
        _ => 1,
    };

    /// <summary>Whether every value of the type is a float32 without rounding or overflow.</summary>
    /// <param name="type">The type.</param>
    public static bool FitsSingle(this NetCdfType type) =>
        type is NetCdfType.Float32 or NetCdfType.Int8 or NetCdfType.UInt8 or NetCdfType.Int16 or NetCdfType.UInt16;
}
