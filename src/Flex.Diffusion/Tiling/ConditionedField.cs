using Flex.Diffusion.Backbones;
using Flex.Fields.Grids;

namespace Flex.Diffusion.Tiling;

/// <summary>One field that is to be generated: what is known of it, tile by tile, and how answers become values.</summary>
internal abstract class ConditionedField
{
    /// <summary>The task.</summary>
    public abstract TaskKind Task { get; }

    /// <summary>Rows of the answer.</summary>
    public abstract int Height { get; }

    /// <summary>Columns of the answer.</summary>
    public abstract int Width { get; }

    /// <summary>Whether rows wrap around.</summary>
    public abstract bool PeriodicY { get; }

    /// <summary>Whether columns wrap around.</summary>
    public abstract bool PeriodicX { get; }

    /// <summary>Tiles begin at multiples of this.</summary>
    public abstract int Align { get; }

    /// <summary>H = W of a tile.</summary>
    public abstract int Patch { get; }

    /// <summary>C, the channels of the answer.</summary>
    public abstract int Channels { get; }

    /// <summary>Channels of the condition.</summary>
    public abstract int ConditionChannels { get; }

    /// <summary>What the network's answer is multiplied by, in units of the field.</summary>
    /// <param name="channel">0 … C − 1.</param>
    /// <returns>The scale; positive.</returns>
    public abstract double Scale(int channel);

    /// <summary>Cuts the condition of a tile, normalised.</summary>
    /// <param name="y">Its first row, a multiple of <see cref="Align"/>.</param>
    /// <param name="x">Its first column, likewise.</param>
    /// <param name="destination">Receives (<see cref="ConditionChannels"/>, patch, patch) values.</param>
    public abstract void Cut(int y, int x, Span<float> destination);

    /// <summary>What the scaled answer is added to, in units of the field.</summary>
    /// <param name="channel">0 … C − 1.</param>
    /// <param name="window">Rows and columns of the answer.</param>
    /// <param name="destination">Receives the values row by row.</param>
    public abstract void Basis(int channel, Window window, Span<float> destination);

    /// <summary>Makes NaN of what the input does not determine.</summary>
    /// <param name="channel">0 … C − 1.</param>
    /// <param name="window">Rows and columns of the answer.</param>
    /// <param name="values">Their values.</param>
    public virtual void Mask(int channel, Window window, Span<float> values)
    {
    }
}
