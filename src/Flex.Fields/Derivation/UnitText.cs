namespace Flex.Fields.Derivation;

/// <summary>Units as UDUNITS, and so CF, writes them.</summary>
internal static class UnitText
{
    private const string Speed = "m s-1";

    /// <summary>The same units, spelt as UDUNITS knows them: to it, the <c>M/S</c> of older files is no speed.</summary>
    public static string Spell(string units) =>
        units.Trim().ToUpperInvariant() is "M/S" or "M S-1" or "M.S-1" or "M S**-1" or "METERS/SEC" or "METERS/SECOND" ? Speed : units.Trim();

    /// <summary>The units of a square.</summary>
    public static string Square(string units) => Spell(units) switch
    {
        Speed => "m2 s-2",
        "" or "1" => "1",
        var other => $"({other})^2",
    };
}
