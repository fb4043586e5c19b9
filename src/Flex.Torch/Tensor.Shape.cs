using Flex.Torch.Native;

namespace Flex.Torch;

/// <content>Shape, layout, type and device; names are PyTorch's.</content>
public sealed partial class Tensor
{
    private static readonly Operator ViewOp = new("view");
    private static readonly Operator ReshapeOp = new("reshape");
    private static readonly Operator PermuteOp = new("permute");
    private static readonly Operator TransposeOp = new("transpose", "int");
    private static readonly Operator FlattenOp = new("flatten", "using_ints");
    private static readonly Operator UnsqueezeOp = new("unsqueeze");
    private static readonly Operator SqueezeOp = new("squeeze", "dim");
    private static readonly Operator ExpandOp = new("expand");
    private static readonly Operator NarrowOp = new("narrow");
    private static readonly Operator SelectOp = new("select", "int");
    private static readonly Operator SliceOp = new("slice", "Tensor");
    private static readonly Operator IndexSelectOp = new("index_select");
    private static readonly Operator ChunkOp = new("chunk");
    private static readonly Operator UnbindOp = new("unbind", "int");
    private static readonly Operator CatOp = new("cat");
    private static readonly Operator StackOp = new("stack");
    private static readonly Operator FlipOp = new("flip");
    private static readonly Operator RollOp = new("roll");
    private static readonly Operator ContiguousOp = new("contiguous");
    private static readonly Operator CloneOp = new("clone");
    private static readonly Operator ToDeviceOp = new("to", "device");
    private static readonly Operator ToTypeOp = new("to", "dtype");
    private static readonly Operator ViewAsComplexOp = new("view_as_complex");
    private static readonly Operator ViewAsRealOp = new("view_as_real");

    /// <summary>Joins tensors along a dimension.</summary>
    /// <param name="tensors">The tensors, equal in every other size.</param>
    /// <param name="dim">The dimension.</param>
    /// <returns>The joined tensor.</returns>
    public static Tensor Cat(Tensor[] tensors, int dim) => CatOp.Call(tensors, dim);

    /// <summary>Joins equal shapes along a new dimension.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="dim">Where the new dimension stands.</param>
    /// <returns>The joined tensor.</returns>
    public static Tensor Stack(Tensor[] tensors, int dim = 0) => StackOp.Call(tensors, dim);

    /// <summary>The same elements under another shape, without a copy.</summary>
    /// <param name="shape">The sizes; one may be −1.</param>
    /// <returns>A view.</returns>
    public Tensor View(params ReadOnlySpan<long> shape) => ViewOp.Call(this, shape.ToArray());

    /// <summary>The same elements under another shape, copied where the layout demands it.</summary>
    /// <param name="shape">The sizes; one may be −1.</param>
    /// <returns>A view or a copy.</returns>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => ReshapeOp.Call(this, shape.ToArray());

    /// <summary>Reorders the dimensions.</summary>
    /// <param name="dims">The old dimensions in their new order.</param>
    /// <returns>A view.</returns>
    public Tensor Permute(params ReadOnlySpan<long> dims) => PermuteOp.Call(this, dims.ToArray());

    /// <summary>Swaps two dimensions.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">The other.</param>
    /// <returns>A view.</returns>
    public Tensor Transpose(int first, int second) => TransposeOp.Call(this, first, second);

    /// <summary>Merges the dimensions from <paramref name="start"/> to <paramref name="end"/>.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">The last.</param>
    /// <returns>A view where possible.</returns>
    public Tensor Flatten(int start, int end = -1) => FlattenOp.Call(this, start, end);

    /// <summary>Inserts a dimension of size 1.</summary>
    /// <param name="dim">Where.</param>
    /// <returns>A view.</returns>
    public Tensor Unsqueeze(int dim) => UnsqueezeOp.Call(this, dim);

    /// <summary>Removes a dimension of size 1.</summary>
    /// <param name="dim">Which.</param>
    /// <returns>A view.</returns>
    public Tensor Squeeze(int dim) => SqueezeOp.Call(this, dim);

    /// <summary>Repeats dimensions of size 1 without a copy.</summary>
    /// <param name="shape">The sizes; −1 keeps one.</param>
    /// <returns>A view.</returns>
    public Tensor Expand(params ReadOnlySpan<long> shape) => ExpandOp.Call(this, shape.ToArray());

    /// <summary>A run of indices along a dimension.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="start">The first index.</param>
    /// <param name="length">How many.</param>
    /// <returns>A view.</returns>
    public Tensor Narrow(int dim, long start, long length) => NarrowOp.Call(this, dim, start, length);

    /// <summary>One index along a dimension, which disappears.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="index">The index; negative counts from the end.</param>
    /// <returns>A view.</returns>
    public Tensor Select(int dim, long index) => SelectOp.Call(this, dim, index);

    /// <summary>Every <paramref name="step"/>-th index of a range along a dimension.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="start">The first index; negative counts from the end.</param>
    /// <param name="end">The end; it is cut to the size.</param>
    /// <param name="step">The step.</param>
    /// <returns>A view.</returns>
    public Tensor Slice(int dim, long start, long end = long.MaxValue, long step = 1) => SliceOp.Call(this, dim, start, end, step);

    /// <summary>The given indices along a dimension.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="indices">The indices, one-dimensional.</param>
    /// <returns>A copy.</returns>
    public Tensor IndexSelect(int dim, Tensor indices) => IndexSelectOp.Call(this, dim, indices);

    /// <summary>Cuts a dimension into equal parts.</summary>
    /// <param name="chunks">How many.</param>
    /// <param name="dim">The dimension.</param>
    /// <returns>Views.</returns>
    public Tensor[] Chunk(int chunks, int dim) => ChunkOp.CallMany(this, chunks, dim);

    /// <summary>The slices along a dimension, which disappears.</summary>
    /// <param name="dim">The dimension.</param>
    /// <returns>Views.</returns>
    public Tensor[] Unbind(int dim) => UnbindOp.CallMany(this, dim);

    /// <summary>Reverses dimensions.</summary>
    /// <param name="dims">Which.</param>
    /// <returns>A copy.</returns>
    public Tensor Flip(params ReadOnlySpan<long> dims) => FlipOp.Call(this, dims.ToArray());

    /// <summary>Shifts elements along dimensions, periodically.</summary>
    /// <param name="shifts">By how many.</param>
    /// <param name="dims">Along which dimensions.</param>
    /// <returns>A copy.</returns>
    public Tensor Roll(long[] shifts, long[] dims) => RollOp.Call(this, shifts, dims);

    /// <summary>The elements in the given memory order; this tensor when they are already.</summary>
    /// <param name="format">The order.</param>
    /// <returns>A dense tensor.</returns>
    public Tensor Contiguous(MemoryFormat format = MemoryFormat.Contiguous) => ContiguousOp.Call(this, format);

    /// <summary>A copy.</summary>
    /// <param name="format">Its memory order.</param>
    /// <returns>The copy.</returns>
    public Tensor Clone(MemoryFormat format = MemoryFormat.Preserve) => CloneOp.Call(this, format);

    /// <summary>The tensor on a device; itself when it is there.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The tensor there.</returns>
    public Tensor To(Device device) => ToDeviceOp.Call(this, device, DType);

    /// <summary>The tensor in an element type; itself when it has it.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>The converted tensor.</returns>
    public Tensor To(ScalarType type) => ToTypeOp.Call(this, type);

    /// <summary>(…, 2) real numbers as (…) complex ones.</summary>
    /// <returns>A view.</returns>
    public Tensor ViewAsComplex() => ViewAsComplexOp.Call(this);

    /// <summary>(…) complex numbers as (…, 2) real ones.</summary>
    /// <returns>A view.</returns>
    public Tensor ViewAsReal() => ViewAsRealOp.Call(this);
}
