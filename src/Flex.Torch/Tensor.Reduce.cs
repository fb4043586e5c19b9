using Flex.Torch.Native;

namespace Flex.Torch;

/// <content>Sums and comparisons.</content>
public sealed partial class Tensor
{
    private static readonly Operator SumOp = new("sum");
    private static readonly Operator SumDimOp = new("sum", "dim_IntList");
    private static readonly Operator MeanOp = new("mean");
    private static readonly Operator MeanDimOp = new("mean", "dim");
    private static readonly Operator MaxOp = new("max");
    private static readonly Operator MinOp = new("min");
    private static readonly Operator NormOp = new("linalg_vector_norm");
    private static readonly Operator IsFiniteOp = new("isfinite");
    private static readonly Operator AllOp = new("all");

    /// <summary>The sum of all elements.</summary>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Sum() => SumOp.Call(this);

    /// <summary>The sum over dimensions.</summary>
    /// <param name="dims">Which.</param>
    /// <param name="keepDim">Whether they stay, with size 1.</param>
    /// <returns>The sums.</returns>
    public Tensor Sum(long[] dims, bool keepDim = false) => SumDimOp.Call(this, dims, keepDim);

    /// <summary>The mean of all elements.</summary>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Mean() => MeanOp.Call(this);

    /// <summary>The mean over dimensions.</summary>
    /// <param name="dims">Which.</param>
    /// <param name="keepDim">Whether they stay, with size 1.</param>
    /// <returns>The means.</returns>
    public Tensor Mean(long[] dims, bool keepDim = false) => MeanDimOp.Call(this, dims, keepDim);

    /// <summary>The largest element.</summary>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Max() => MaxOp.Call(this);

    /// <summary>The smallest element.</summary>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Min() => MinOp.Call(this);

    /// <summary>The Euclidean norm of all elements.</summary>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Norm() => NormOp.Call(this);

    /// <summary>Whether every element is a finite number.</summary>
    /// <returns>The answer.</returns>
    public bool AllFinite()
    {
        using var scope = new TensorScope();
        return AllOp.Call(IsFiniteOp.Call(Detach())).Item() != 0;
    }
}
