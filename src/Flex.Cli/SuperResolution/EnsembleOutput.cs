using Flex.Diffusion.Tiling;
using Flex.Evaluation.Scores;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.SuperResolution;

/// <summary>Which variables of an ensemble are written, and how they are made of the members.</summary>
/// <param name="channels">The variables of the members, one for each channel.</param>
/// <param name="statistics">Any of <c>members</c>, <c>mean</c>, <c>std</c>.</param>
internal sealed class EnsembleOutput(IReadOnlyList<OutputField> channels, IReadOnlyList<string> statistics)
{
    private const string Members = "members";
    private const string Mean = "mean";
    private const string Std = "std";

    /// <summary>The variables.</summary>
    public IReadOnlyList<OutputField> Fields { get; } = [.. channels.SelectMany(field => statistics.Select(kind => kind switch
    {
        Mean => Statistic(field, Mean, "realization: mean"),
        Std => Statistic(field, Std, "realization: standard_deviation"),
        _ => field,
    }))];

    /// <summary>Whether the file has the dimension member.</summary>
    public bool HasMembers => statistics.Contains(Members);

    /// <summary>Reads the option.</summary>
    /// <param name="text">Words with commas between them; null is the members alone.</param>
    /// <param name="members">M.</param>
    /// <returns>The words.</returns>
    /// <exception cref="InputException">A word is unknown or comes twice, or there are too few members.</exception>
    public static string[] Parse(string? text, int members)
    {
        var words = text?.Split(',') ?? [Members];
        if (words.FirstOrDefault(word => word is not (Members or Mean or Std)) is { } unknown)
        {
            throw new InputException($"--stat {text}: '{unknown}' is no statistic; choose of {Members}, {Mean}, {Std}, with commas between them");
        }

        if (words.Distinct().Count() < words.Length)
        {
            throw new InputException($"--stat {text} names a statistic twice");
        }

        return words.Contains(Std) && members < 2
            ? throw new InputException($"--stat {Std} needs at least 2 members; add --members")
            : words;
    }

    /// <summary>Writes a band of one time.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="time">The index of the time.</param>
    /// <param name="band">The members' rows.</param>
    public void Write(FieldWriter writer, int time, Band band)
    {
        var window = new Window(band.Y, 0, band.Rows, writer.Spec.Grid.Width);
        foreach (var (kind, output) in statistics.Zip(Fields.Skip(band.Channel * statistics.Count)))
        {
            if (kind != Members)
            {
                writer.Write(output.Name, 0, time, window, kind == Mean ? MemberStatistics.Mean(band.Members) : MemberStatistics.StandardDeviation(band.Members));
                continue;
            }

            for (var m = 0; m < band.Members.Count; m++)
            {
                writer.Write(output.Name, m, time, window, band.Members[m]);
            }
        }
    }

    private static OutputField Statistic(OutputField field, string kind, string cellMethods) => field with
    {
        Name = $"{field.Name}_{kind}",
        LongName = $"{kind} of {field.LongName ?? field.Name} over the members",
        CellMethods = cellMethods,
        PerMember = false,
    };
}
