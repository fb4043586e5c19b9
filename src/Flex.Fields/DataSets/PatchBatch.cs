namespace Flex.Fields.DataSets;

/// <summary>A batch of training pairs in memory that is used again and again.</summary>
/// <param name="source">Gives the shape.</param>
/// <param name="size">B, the number of pairs.</param>
public sealed class PatchBatch(IPatchSource source, int size)
{
    /// <summary>B.</summary>
    public int Size => size;

    /// <summary>Index of the first pair.</summary>
    public long First { get; private set; }

    /// <summary>What is known, normalised; shape (B, channels of the condition, patch, patch).</summary>
    public float[] Condition { get; } = new float[size * source.ConditionChannels * source.Patch * source.Patch];

    /// <summary>The residual, normalised; shape (B, C, patch, patch).</summary>
    public float[] Residual { get; } = new float[size * source.Channels * source.Patch * source.Patch];

    /// <summary>The scaled physical parameters; shape (B, P).</summary>
    public float[] Parameters { get; } = new float[size * source.Parameters];

    /// <summary>Takes pairs <c>first … first + B − 1</c> of the source.</summary>
    /// <param name="first">The first pair's index.</param>
    public void Fill(long first)
    {
        source.Fill(first, size, Condition, Residual, Parameters);
        First = first;
    }
}
