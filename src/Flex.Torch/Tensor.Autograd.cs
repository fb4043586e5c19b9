using Flex.Torch.Native;

namespace Flex.Torch;

/// <content>Gradients.</content>
public sealed partial class Tensor
{
    private static readonly Operator DetachOp = new("detach");

    /// <summary>Whether gradients flow to this tensor. It can be set on leaves only.</summary>
    public bool RequiresGrad
    {
        get => Gate.RequiresGrad(Handle) != 0;
        set => Gate.Check(Gate.SetRequiresGrad(Handle, value ? 1 : 0));
    }

    /// <summary>The accumulated gradient of a leaf; a new handle at each call, null when there is none.</summary>
    public Tensor? Grad
    {
        get
        {
            Gate.Check(Gate.Grad(Handle, out var grad));
            return grad == 0 ? null : FromHandle(grad);
        }
        set => Gate.Check(Gate.SetGrad(Handle, value?.Handle ?? 0));
    }

    /// <summary>The gradients of one output with respect to inputs, without touching <see cref="Grad"/>.</summary>
    /// <param name="output">A tensor with one element.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="createGraph">Whether the gradients can be differentiated again.</param>
    /// <returns>One gradient an input; null where the output does not depend on it.</returns>
    public static unsafe Tensor?[] Gradients(Tensor output, Tensor[] inputs, bool createGraph = false)
    {
        var handles = Array.ConvertAll(inputs, t => t.Handle);
        var results = new nint[inputs.Length];
        fixed (nint* handle = handles, result = results)
        {
            Gate.Check(Gate.Gradients(output.Handle, handle, inputs.Length, createGraph ? 1 : 0, result));
        }

        return Array.ConvertAll(results, h => h == 0 ? null : FromHandle(h));
    }

    /// <summary>The same elements, cut from the graph.</summary>
    /// <returns>A view.</returns>
    public Tensor Detach() => DetachOp.Call(this);

    /// <summary>Adds d this / d leaf to the gradient of every leaf that this tensor depends on.</summary>
    /// <param name="gradient">The gradient of what follows; needed unless this tensor has one element.</param>
    /// <param name="keepGraph">Whether the graph can be used again.</param>
    public void Backward(Tensor? gradient = null, bool keepGraph = false) =>
        Gate.Check(Gate.Backward(Handle, gradient?.Handle ?? 0, keepGraph ? 1 : 0, 0));
}
