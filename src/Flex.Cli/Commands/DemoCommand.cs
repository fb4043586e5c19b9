using System.CommandLine;
using Flex.Cli.SuperResolution;
using Flex.Diffusion.Backbones;

namespace Flex.Cli.Commands;

/// <summary><c>flex demo</c>: the main jobs in minutes.</summary>
public static class DemoCommand
{
    // That of the data which the shipped model was trained on.
    private const int DefaultSize = 512;

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var small = new Option<bool>("--small") { Description = "One time instead of four, and a short forecast" };
        var size = new Option<int>("--size") { Description = "Fine points along each side, a power of two", DefaultValueFactory = _ => DefaultSize };
        var output = new Option<string?>("--out") { Description = "Folder for files and pictures (default: demo, or demo-small)" };
        var model = new Option<string?>("--model") { Description = "Super-resolution model (default: the one that ships)" };
        var forecast = new Option<string?>("--forecast-model") { Description = "Forecast model (default: the one that ships)" };
        var command = new Command("demo", "Simulate turbulence, super-resolve and forecast it, and show how well that worked")
        {
            small, size, output, model, forecast,
        };
        command.OnRun((parsed, cancellation) =>
        {
            var isSmall = parsed.GetValue(small);
            var path = parsed.GetValue(model) ?? ModelsFolder.SuperResolution();
            var folder = parsed.GetValue(output) ?? (isSmall ? "demo-small" : "demo");
            var plan = isSmall
                ? new DemonstrationPlan(parsed.GetValue(size), [1], Leads: 2, Members: 2)
                : new DemonstrationPlan(parsed.GetValue(size), [1, 1.5, 2, 3], Leads: 8, Members: 3);
            new Demonstration(services, parsed, folder).Run(
                path, parsed.GetValue(forecast) ?? ModelsFolder.Find(TaskKind.Forecast), plan, cancellation);
            return ExitStatus.Success;
        });
        return command;
    }
}
