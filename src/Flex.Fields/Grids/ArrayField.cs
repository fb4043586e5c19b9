namespace Flex.Fields.Grids;

/// <summary>A field in memory, stored row by row.</summary>
public sealed class ArrayField : IFieldRows
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>Wraps values without copying them.</summary>
    /// <param name="values">H·W values, row by row.</param>
    /// <param name="height">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    /// <exception cref="ArgumentException">The number of values is not H·W.</exception>
    public ArrayField(ReadOnlyMemory<float> values, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (values.Length != (long)height * width)
        {
            throw new ArgumentException($"{values.Length} values do not fill a {height}×{width} field", nameof(values));
        }

        _values = values;
        Height = height;
        Width = width;
    }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public void ReadRow(int y, int x, Span<float> destination) =>
        _values.Span.Slice(y * Width, Width).Slice(x, destination.Length).CopyTo(destination);
}
