using System.Numerics.Tensors;

namespace Flex.Fields.Resampling;

/// <summary>Sums of weighted rows.</summary>
internal static class WeightedSum
{
    /// <summary>target = weight·row for the first term, target += weight·row for the others.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> row, float weight, bool first)
    {
        if (first)
        {
            TensorPrimitives.Multiply(row, weight, target);
        }
        else
        {
            TensorPrimitives.MultiplyAdd(row, weight, target, target);
        }
    }
}
