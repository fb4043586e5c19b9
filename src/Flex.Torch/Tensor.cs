using System.Runtime.CompilerServices;
using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>
/// A libtorch tensor. Its lifetime is that of the <see cref="TensorScope"/> in which it was made, or, outside of
/// any scope, ends with <see cref="Dispose"/>; there is no finaliser.
/// </summary>
public sealed partial class Tensor : IDisposable
{
    private const int MaxDimensions = 16;

    private nint _handle;

    private Tensor(nint handle) => _handle = handle;

    /// <summary>The number of dimensions.</summary>
    public int Dim => Shape.Length;

    /// <summary>The sizes, outermost first.</summary>
    public long[] Shape => Info().Sizes;

    /// <summary>The strides in elements.</summary>
    public long[] Strides => Info().Strides;

    /// <summary>The type of the elements.</summary>
    public ScalarType DType => Kind().Type;

    /// <summary>Where the tensor lives.</summary>
    public Device Device => Kind().Device;

    /// <summary>The number of elements.</summary>
    public long Numel
    {
        get
        {
            var product = 1L;
            foreach (var size in Shape)
            {
                product *= size;
            }

            return product;
        }
    }

    /// <summary>The scope that frees the tensor, or null.</summary>
    internal TensorScope? Scope { get; set; }

    /// <summary>The handle at the gate.</summary>
    internal nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Tensor));

    /// <summary>The size along a dimension.</summary>
    /// <param name="dim">The dimension; negative counts from the end.</param>
    /// <returns>The size.</returns>
    public long Size(int dim)
    {
        var shape = Shape;
        return shape[dim < 0 ? dim + shape.Length : dim];
    }

    /// <summary>Takes the tensor out of its scope: from now on its holder disposes of it.</summary>
    /// <returns>This tensor.</returns>
    public Tensor DetachFromScope()
    {
        Scope = null;
        return this;
    }

    /// <summary>The elements of a contiguous CPU tensor, in place; valid as long as the tensor lives.</summary>
    /// <typeparam name="T">The element type, of the same size as <see cref="DType"/>'s; a complex element is two.</typeparam>
    /// <returns>The elements in memory order.</returns>
    /// <exception cref="InvalidOperationException">The tensor is not dense or the type does not fit.</exception>
    public unsafe Span<T> AsSpan<T>()
        where T : unmanaged
    {
        var (type, _, sizes, strides) = Info();
        if (!IsDense(sizes, strides))
        {
            throw new InvalidOperationException("only a dense tensor can be read in place; call Contiguous() first");
        }

        long bytes = type.ElementSize();
        foreach (var size in sizes)
        {
            bytes = checked(bytes * size);
        }

        if (bytes % Unsafe.SizeOf<T>() != 0 || Unsafe.SizeOf<T>() > type.ElementSize())
        {
            throw new InvalidOperationException($"elements of {type} cannot be read as {typeof(T).Name}");
        }

        Gate.Check(Gate.TensorData(Handle, out var data));
        return new Span<T>((void*)data, checked((int)(bytes / Unsafe.SizeOf<T>())));
    }

    /// <summary>The elements in row-major order, on the CPU, as a copy.</summary>
    /// <typeparam name="T">The element type, matching <see cref="DType"/>.</typeparam>
    /// <returns>The copy.</returns>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        using var scope = new TensorScope();
        return Detach().To(Device.Cpu).Contiguous().AsSpan<T>().ToArray();
    }

    /// <summary>The elements of a dense CPU tensor as bytes in memory order, as a copy.</summary>
    /// <returns>The copy.</returns>
    public byte[] ToBytes() => AsSpan<byte>().ToArray();

    /// <summary>The value of a tensor with one element.</summary>
    /// <returns>The value.</returns>
    public double Item()
    {
        using var scope = new TensorScope();
        return Detach().To(Device.Cpu).To(ScalarType.Float64).AsSpan<double>()[0];
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var (type, device, sizes, _) = Info();
        return $"Tensor({type}, ({string.Join(", ", sizes)}), {device})";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scope = null;
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            Gate.TensorFree(handle);
        }
    }

    /// <summary>Moves the elements to a device under the same managed object, so that a module's fields stay valid.</summary>
    internal void MoveTo(Device device)
    {
        if (Device == device)
        {
            return;
        }

        using var scope = new TensorScope();
        var moved = Detach().To(device).Clone();
        moved.RequiresGrad = RequiresGrad;
        (_handle, moved._handle) = (moved._handle, _handle);
    }

    /// <summary>Wraps a handle that the gate has handed out and puts it under the current scope.</summary>
    internal static Tensor FromHandle(nint handle)
    {
        var tensor = new Tensor(handle);
        TensorScope.Current?.Add(tensor);
        return tensor;
    }

    private static bool IsDense(long[] sizes, long[] strides)
    {
        var order = Enumerable.Range(0, sizes.Length).Where(i => sizes[i] != 1).OrderBy(i => strides[i]);
        var expected = 1L;
        foreach (var i in order)
        {
            if (strides[i] != expected)
            {
                return false;
            }

            expected *= sizes[i];
        }

        return true;
    }

    // Asked for at every turn, so it makes no garbage.
    private unsafe (ScalarType Type, Device Device) Kind()
    {
        Gate.Check(Gate.TensorInfo(Handle, out var type, out var deviceType, out var index, out _, null, null, capacity: 0));
        return ((ScalarType)type, new Device((DeviceType)deviceType, (int)index));
    }

    private unsafe (ScalarType Type, Device Device, long[] Sizes, long[] Strides) Info()
    {
        var sizes = stackalloc long[MaxDimensions];
        var strides = stackalloc long[MaxDimensions];
        Gate.Check(Gate.TensorInfo(Handle, out var type, out var deviceType, out var index, out var dimensions, sizes, strides, MaxDimensions));
        return ((ScalarType)type, new Device((DeviceType)deviceType, (int)index),
            new Span<long>(sizes, (int)dimensions).ToArray(), new Span<long>(strides, (int)dimensions).ToArray());
    }
}
