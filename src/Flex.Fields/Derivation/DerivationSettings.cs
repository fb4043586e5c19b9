using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Derivation;

/// <summary>What a derived file contains.</summary>
public sealed record DerivationSettings
{
    /// <summary>The velocity components of which <c>ke</c> = ½(u² + v²) is made; null makes none.</summary>
    public (string U, string V)? KineticEnergy { get; init; }

    /// <summary>Variables that are taken over.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>The times, by index.</summary>
    public TimeSelection Times { get; init; } = new();

    /// <summary>The channel, and the boundaries where the file does not say them.</summary>
    public SeriesSelection Selection { get; init; } = new();

    /// <summary>Whether missing values are filled from their neighbours; otherwise they stay missing.</summary>
    public bool Fill { get; init; }

    /// <summary>The variables that are read, each once.</summary>
    internal IReadOnlyList<string> Sources =>
        [.. (KineticEnergy is { } wind ? [wind.U, wind.V] : Array.Empty<string>()).Concat(Keep).Distinct()];
}
