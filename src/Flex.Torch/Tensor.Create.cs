using System.Runtime.InteropServices;
using Flex.Torch.Native;

namespace Flex.Torch;

/// <content>Making tensors.</content>
public sealed partial class Tensor
{
    private static readonly Operator EmptyOp = new("empty", "memory_format");
    private static readonly Operator FullOp = new("full");
    private static readonly Operator ArangeOp = new("arange", "start");
    private static readonly Operator EmptyLikeOp = new("empty_like");
    private static readonly Operator ZerosLikeOp = new("zeros_like");

    /// <summary>A tensor whose elements are not set.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where; the CPU by default.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Empty(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device? device = null) =>
        EmptyOp.Call(shape.ToArray(), type, Argument.None, device ?? Device.Cpu);

    /// <summary>A tensor of equal elements.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where; the CPU by default.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, ScalarType type = ScalarType.Float32, Device? device = null) =>
        FullOp.Call(shape.ToArray(), value, type, Argument.None, device ?? Device.Cpu);

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where; the CPU by default.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Zeros(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device? device = null) =>
        Full(shape, 0, type, device);

    /// <summary>A tensor of ones.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where; the CPU by default.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Ones(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device? device = null) =>
        Full(shape, 1, type, device);

    /// <summary>The integers from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">The end.</param>
    /// <param name="type">The element type.</param>
    /// <returns>The tensor, (end − start).</returns>
    public static Tensor Arange(long start, long end, ScalarType type = ScalarType.Int64) =>
        ArangeOp.Call(start, end, type, Argument.None, Device.Cpu);

    /// <summary>A copy of the given elements, on the CPU.</summary>
    /// <typeparam name="T">float, double, long, int or byte.</typeparam>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The sizes; their product is the number of elements.</param>
    /// <returns>The tensor.</returns>
    public static Tensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged => FromBytes(MemoryMarshal.AsBytes(values), TypeOf<T>(), shape);

    /// <summary>A copy of elements given as bytes, on the CPU.</summary>
    /// <param name="bytes">The elements, row-major, in this machine's byte order.</param>
    /// <param name="type">Their type.</param>
    /// <param name="shape">The sizes.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not that of the shape.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, ScalarType type, ReadOnlySpan<long> shape)
    {
        var tensor = Empty(shape, type);
        var target = tensor.Numel == 0 ? [] : MemoryMarshal.AsBytes(tensor.AsSpan<byte>());
        if (target.Length != bytes.Length)
        {
            tensor.Dispose();
            throw new ArgumentException($"{bytes.Length} bytes do not fill ({string.Join(", ", shape.ToArray())}) of {type}");
        }

        bytes.CopyTo(target);
        return tensor;
    }

    /// <summary>An unset tensor of the same shape, type, device and layout.</summary>
    /// <returns>The tensor.</returns>
    public Tensor EmptyLike() => EmptyLikeOp.Call(this);

    /// <summary>Zeros of the same shape, type, device and layout.</summary>
    /// <returns>The tensor.</returns>
    public Tensor ZerosLike() => ZerosLikeOp.Call(this);

    private static ScalarType TypeOf<T>() => default(T) switch
    {
        float => ScalarType.Float32,
        double => ScalarType.Float64,
        long => ScalarType.Int64,
        int => ScalarType.Int32,
        byte => ScalarType.UInt8,
        _ => throw new ArgumentException($"tensors of {typeof(T).Name} are not supported"),
    };
}
