using System.CommandLine;
using System.Globalization;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.SuperResolution;

/// <summary>The options that choose fields of a file, the same for every command.</summary>
internal sealed class FieldOptions
{
    /// <summary>The variable.</summary>
    public Option<string?> Variable { get; } = new("--var") { Description = "Variable" };

    /// <summary>The channel.</summary>
    public Option<int> Channel { get; } = new("--channel") { Description = "Channel of a variable (time, channel, y, x), from 0" };

    /// <summary>The times.</summary>
    public Option<string?> Times { get; } = new("--times") { Description = "Times by value, such as 1,1.5,2 (default: all)" };

    /// <summary>The boundaries.</summary>
    public Option<string?> Periodic { get; } = new("--periodic") { Description = "Axes that wrap around: y,x, y, x or none (default: as the file says)" };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultVariable">What the variable is where none is named.</param>
    /// <param name="times">Whether times can be chosen.</param>
    public void AddTo(Command command, string defaultVariable, bool times = true)
    {
        Variable.Description = $"Variable (default: {defaultVariable})";
        command.Options.Add(Variable);
        command.Options.Add(Channel);
        if (times)
        {
            command.Options.Add(Times);
        }

        command.Options.Add(Periodic);
    }

    /// <summary>What was chosen.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="registration">How the grid lies among the points of a finer one.</param>
    /// <returns>The selection.</returns>
    /// <exception cref="InputException">An option's value makes no sense.</exception>
    public SeriesSelection Read(ParseResult parsed, Registration registration = Registration.Node)
    {
        var axes = PeriodicAxes(parsed.GetValue(Periodic));
        return new SeriesSelection
        {
            Channel = parsed.GetValue(Channel),
            Times = Numbers(parsed.GetValue(Times), Times.Name),
            PeriodicY = axes?.Contains('y', StringComparison.Ordinal),
            PeriodicX = axes?.Contains('x', StringComparison.Ordinal),
            Registration = registration,
        };
    }

    /// <summary>Reads a list of numbers.</summary>
    /// <param name="text">Numbers with commas between them, or null.</param>
    /// <param name="option">The option, for the message.</param>
    /// <returns>The numbers, or null.</returns>
    /// <exception cref="InputException">One is no number.</exception>
    public static double[]? Numbers(string? text, string option) => text?.Split(',').Select(part =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new InputException($"{option} {text}: '{part}' is no number; write numbers with commas between them, such as 1,1.5,2")).ToArray();

    private static string? PeriodicAxes(string? text) => text switch
    {
        null => null,
        "none" => "",
        "y,x" or "x,y" or "y" or "x" => text,
        _ => throw new InputException($"--periodic {text}: the axes that wrap around are y,x, y, x or none"),
    };
}
