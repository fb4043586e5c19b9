using System.Runtime.InteropServices;

namespace Flex.Torch.Native;

/// <summary>The kinds of value that cross the gate; the numbers are those of gate.cpp.</summary>
internal enum Tag : long
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    TensorList = 7,
    String = 8,
    Device = 9,
    OptionalTensorList = 10,
    BoolList = 11,
}

/// <summary>A tagged value as gate.cpp lays it out.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct Value
{
    [FieldOffset(0)]
    public Tag Tag;

    [FieldOffset(8)]
    public long Integer;

    [FieldOffset(8)]
    public double Real;

    [FieldOffset(8)]
    public nint Pointer;

    [FieldOffset(16)]
    public long Count;
}

/// <summary>An operator's argument before it is laid out for the gate; C# values convert to it implicitly.</summary>
internal readonly struct Argument
{
    private Argument(Tag tag, long integer = 0, double real = 0, long count = 0, object? list = null)
    {
        Tag = tag;
        Integer = integer;
        Real = real;
        Count = count;
        List = list;
    }

    internal Tag Tag { get; }

    internal long Integer { get; }

    internal double Real { get; }

    internal long Count { get; }

    internal object? List { get; }

    /// <summary>An absent optional argument.</summary>
    internal static Argument None => default;

    public static implicit operator Argument(Tensor? tensor) =>
        tensor is null ? None : new(Tag.Tensor, integer: tensor.Handle);

    public static implicit operator Argument(int value) => new(Tag.Int, integer: value);

    public static implicit operator Argument(long value) => new(Tag.Int, integer: value);

    public static implicit operator Argument(double value) => new(Tag.Double, real: value);

    public static implicit operator Argument(bool value) => new(Tag.Bool, integer: value ? 1 : 0);

    public static implicit operator Argument(ScalarType type) => new(Tag.Int, integer: (long)type);

    public static implicit operator Argument(MemoryFormat format) => new(Tag.Int, integer: (long)format);

    public static implicit operator Argument(Device device) => new(Tag.Device, integer: (long)device.Type, count: device.Index);

    public static implicit operator Argument(long[]? values) =>
        values is null ? None : new(Tag.IntList, count: values.Length, list: values);

    public static implicit operator Argument(double[]? values) =>
        values is null ? None : new(Tag.DoubleList, count: values.Length, list: values);

    public static implicit operator Argument(bool[]? values) =>
        values is null ? None : new(Tag.BoolList, count: values.Length, list: Array.ConvertAll(values, v => v ? 1L : 0L));

    public static implicit operator Argument(Tensor[] tensors) =>
        new(Tag.TensorList, count: tensors.Length, list: Array.ConvertAll(tensors, t => (long)t.Handle));

    public static implicit operator Argument(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new(Tag.String, count: bytes.Length, list: bytes);
    }
}
