namespace Flex.Torch;

/// <summary>The type of a tensor's elements, numbered as libtorch's <c>c10::ScalarType</c>.</summary>
public enum ScalarType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision.</summary>
    Float16 = 5,

    /// <summary>IEEE single precision.</summary>
    Float32 = 6,

    /// <summary>IEEE double precision.</summary>
    Float64 = 7,

    /// <summary>Pair of single-precision numbers (real, imaginary).</summary>
    ComplexFloat32 = 9,

    /// <summary>Pair of double-precision numbers (real, imaginary).</summary>
    ComplexFloat64 = 10,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 11,

    /// <summary>Upper half of a single-precision number.</summary>
    BFloat16 = 15,
}
