namespace Flex.Evaluation.Reports;

/// <summary>How a report calls the runs of one Reynolds number.</summary>
internal static class Flow
{
    /// <summary>"Re 250"; data without a Reynolds number are all one.</summary>
    /// <param name="reynolds">The Reynolds number; 0 where there is none.</param>
    public static string Name(double reynolds) => reynolds == 0 ? "all runs" : $"Re {Html.Plain(reynolds)}";

    /// <summary>The number alone, for columns and lists.</summary>
    /// <param name="reynolds">The Reynolds number; 0 where there is none.</param>
    public static string Number(double reynolds) => reynolds == 0 ? "all" : Html.Plain(reynolds);

    /// <summary>Several Reynolds numbers: "Re 250, 500".</summary>
    /// <param name="reynolds">At least one.</param>
    public static string List(IEnumerable<double> reynolds) => reynolds.ToList() is [0] ? "all runs" : $"Re {string.Join(", ", reynolds.Select(Number))}";
}
