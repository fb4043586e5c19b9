namespace Flex.Torch;

/// <summary>Facts about element types.</summary>
public static class ScalarTypeExtensions
{
    /// <summary>The size of an element in bytes.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown.</exception>
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.UInt8 or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };
}
