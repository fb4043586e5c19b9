namespace Flex.Cli.Doctor;

/// <summary>How well a part of the installation is.</summary>
public enum Health
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>Something optional is missing or slow.</summary>
    Warn,

    /// <summary>Something required is broken.</summary>
    Fail,
}

/// <summary>What <c>flex doctor</c> found out about one part of the installation.</summary>
/// <param name="Name">The part.</param>
/// <param name="Health">Its state.</param>
/// <param name="Value">Version, path or amount.</param>
/// <param name="Advice">What to do, where it is not well.</param>
public sealed record Finding(string Name, Health Health, string Value, string? Advice = null)
{
    /// <summary>The finding as one line of the report.</summary>
    /// <returns><c>WARN  gnuplot    not found; …</c>.</returns>
    public override string ToString()
    {
        var advice = Advice is null ? "" : $"; {Advice}";
        return $"{Health.ToString().ToUpperInvariant(),-4}  {Name,-9} {Value}{advice}";
    }
}
