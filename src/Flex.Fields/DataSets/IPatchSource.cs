namespace Flex.Fields.DataSets;

/// <summary>An indexed sequence of training pairs. Item i is the same whenever, and in whatever batch, it is asked for.</summary>
public interface IPatchSource
{
    /// <summary>Side of a patch in fine cells.</summary>
    int Patch { get; }

    /// <summary>C, the channels of the field.</summary>
    int Channels { get; }

    /// <summary>Channels of the condition.</summary>
    int ConditionChannels { get; }

    /// <summary>P, the number of physical parameters.</summary>
    int Parameters { get; }

    /// <summary>Prepares items <c>first, first + 1, …</c></summary>
    /// <param name="first">The first item's index.</param>
    /// <param name="count">B, the number of items.</param>
    /// <param name="condition">Receives what is known, normalised; shape (B, <see cref="ConditionChannels"/>, patch, patch).</param>
    /// <param name="residual">Receives the residual, normalised (or the field itself with <c>target: raw</c>); shape (B, <see cref="Channels"/>, patch, patch).</param>
    /// <param name="parameters">Receives the scaled physical parameters; shape (B, P).</param>
    /// <exception cref="InputException">Data that cannot be read, or with missing values.</exception>
    void Fill(long first, int count, Span<float> condition, Span<float> residual, Span<float> parameters);

    /// <summary>Where an item comes from, for messages: file, time index and position.</summary>
    /// <param name="index">The item's index.</param>
    string Describe(long index);
}
