using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flex.Torch.Native;

/// <summary>
/// One libtorch operator, found by name and overload at its first call. Arguments that are left out at the end
/// take the schema's defaults.
/// </summary>
/// <param name="name">The name without its namespace, or with it (<c>flexg::…</c>); <c>aten</c> is the default.</param>
/// <param name="overload">The overload, empty for the unnamed one.</param>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int MaxResults = 64;

    private nint _handle;

    /// <summary>Calls an operator that returns one tensor.</summary>
    internal Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[MaxResults];
        var count = Invoke(arguments, results);
        var tensor = Tensor.FromHandle(TensorAt(results, 0));
        for (var i = 1; i < count; i++)
        {
            if (results[i].Tag == Tag.Tensor)
            {
                Gate.TensorFree(results[i].Pointer);
            }
        }

        return tensor;
    }

    /// <summary>Calls an operator that returns several tensors or a list of tensors.</summary>
    internal Tensor[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[MaxResults];
        var count = Invoke(arguments, results);
        var tensors = new Tensor[count];
        for (var i = 0; i < count; i++)
        {
            tensors[i] = Tensor.FromHandle(TensorAt(results, i));
        }

        return tensors;
    }

    /// <summary>Calls an operator that changes its first argument in place; the aliased result is dropped.</summary>
    internal void CallInPlace(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[MaxResults];
        var count = Invoke(arguments, results);
        for (var i = 0; i < count; i++)
        {
            if (results[i].Tag == Tag.Tensor)
            {
                Gate.TensorFree(results[i].Pointer);
            }
        }
    }

    private static nint TensorAt(Value* results, int i) => results[i].Tag == Tag.Tensor && results[i].Pointer != 0
        ? results[i].Pointer
        : throw new TorchException("the operator returned no tensor");

    private int Invoke(ReadOnlySpan<Argument> arguments, Value* results)
    {
        var values = stackalloc Value[arguments.Length];
        var pins = new Pins();
        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                ref readonly var a = ref arguments[i];
                values[i].Tag = a.Tag;
                values[i].Count = a.Count;
                if (a.List is not null)
                {
                    values[i].Pointer = pins.Add(a.List);
                }
                else if (a.Tag == Tag.Double)
                {
                    values[i].Real = a.Real;
                }
                else
                {
                    values[i].Integer = a.Integer;
                }
            }

            Gate.Check(Gate.OperatorCall(Handle(), values, arguments.Length, results, MaxResults, out var count));
            return (int)count;
        }
        finally
        {
            pins.Free();
        }
    }

    /// <summary>The operator's handle at the gate, never 0; found at the first call.</summary>
    internal nint Handle()
    {
        var handle = Volatile.Read(ref _handle);
        if (handle == 0)
        {
            var qualified = name.Contains("::", StringComparison.Ordinal) ? name : "aten::" + name;

            // Into a local first: the generated call zeroes what it is to fill, which another thread may just have found and be about to use.
            Gate.Check(Gate.OperatorFind(qualified, overload, out handle));
            Volatile.Write(ref _handle, handle);
        }

        return handle;
    }

    /// <summary>At most eight pinned lists: no operator takes more.</summary>
    [InlineArray(8)]
    private struct PinSlots
    {
        private GCHandle _first;
    }

    private struct Pins
    {
        private PinSlots _slots;
        private int _count;

        internal nint Add(object list)
        {
            var pin = GCHandle.Alloc(list, GCHandleType.Pinned);
            _slots[_count++] = pin;
            return pin.AddrOfPinnedObject();
        }

        internal void Free()
        {
            for (var i = 0; i < _count; i++)
            {
                _slots[i].Free();
            }
        }
    }
}
