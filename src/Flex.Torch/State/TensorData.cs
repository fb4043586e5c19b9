using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flex.Torch.State;

/// <summary>A tensor at rest: element type, shape and contiguous row-major little-endian bytes, with no engine behind it.</summary>
public sealed class TensorData
{
    /// <summary>Wraps bytes without copying them.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The size of each dimension; empty for a scalar.</param>
    /// <param name="bytes">The elements, row-major, little-endian; as many bytes as type and shape say.</param>
    /// <exception cref="ArgumentException">The number of bytes does not match type and shape.</exception>
    public TensorData(ScalarType type, long[] shape, Memory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (TryByteCount(type, shape) != bytes.Length)
        {
            throw new ArgumentException(
                $"{bytes.Length} bytes cannot hold {type} of shape ({string.Join(", ", shape)})", nameof(bytes));
        }

        Type = type;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>The element type.</summary>
    public ScalarType Type { get; }

    /// <summary>The size of each dimension; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>The elements, row-major, little-endian.</summary>
    public Memory<byte> Bytes { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Bytes.Length / Type.ElementSize();

    /// <summary>Copies values into a new tensor.</summary>
    /// <typeparam name="T">The element type, such as <see cref="float"/>, <see cref="long"/> or <see cref="Half"/>.</typeparam>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The size of each dimension; a vector where none is given.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The number of values does not match the shape, or no scalar type matches T.</exception>
    public static TensorData From<T>(ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new TensorData(
            ScalarTypeOf<T>(), shape.Length == 0 ? [values.Length] : shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>The elements as values; writing to the span changes the tensor.</summary>
    /// <typeparam name="T">The element type; any type of one element's size may be named, to look at the bits.</typeparam>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="InvalidOperationException">T has another size than an element.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Type.ElementSize())
        {
            throw new InvalidOperationException($"a tensor of {Type} cannot be read as {typeof(T).Name}");
        }

        return MemoryMarshal.Cast<byte, T>(Bytes.Span);
    }

    /// <summary>The number of bytes of a tensor.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The size of each dimension.</param>
    /// <returns>The number of bytes, or −1 when a size is negative or the product overflows 64 bits.</returns>
    internal static long TryByteCount(ScalarType type, ReadOnlySpan<long> shape)
    {
        var bytes = (UInt128)(uint)type.ElementSize();
        var empty = false;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                return -1;
            }

            empty |= size == 0;
            bytes *= (ulong)Math.Max(size, 1);
            if (bytes > long.MaxValue)
            {
                return -1;
            }
        }

        return empty ? 0 : (long)bytes;
    }

    private static ScalarType ScalarTypeOf<T>() => System.Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Byte => ScalarType.UInt8,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        TypeCode.Boolean => ScalarType.Bool,
        _ when typeof(T) == typeof(Half) => ScalarType.Float16,
        _ => throw new ArgumentException($"no scalar type matches {typeof(T).Name}"),
    };
}
