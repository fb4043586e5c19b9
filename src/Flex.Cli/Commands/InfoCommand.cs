using System.CommandLine;
using Flex.Cli.Info;

namespace Flex.Cli.Commands;

/// <summary><c>flex info</c>: what a file of fields, a model or a checkpoint folder holds.</summary>
public static class InfoCommand
{
    private const string StateSuffix = ".safetensors";

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var path = new Argument<string>("FILE") { Description = "netCDF or HDF5 file, model (.safetensors), or checkpoint folder" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("info", "Show what a file of fields or a model holds") { path, json };
        command.OnRun((parsed, cancellation) =>
        {
            Show(services, parsed.GetValue(path)!, parsed.GetValue(json), cancellation);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Show(CliServices services, string path, bool asJson, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
        {
            var parts = StateFiles(path).Select(StateInfo.Read).ToList();
            Print(services, parts, parts.SelectMany(InfoText.Lines), asJson);
        }
        else if (path.EndsWith(StateSuffix, StringComparison.OrdinalIgnoreCase))
        {
            var info = StateInfo.Read(path);
            Print(services, info, InfoText.Lines(info), asJson);
        }
        else
        {
            var info = FieldFileInfo.Read(path, cancellation);
            Print(services, info, InfoText.Lines(info), asJson);
        }
    }

    private static List<string> StateFiles(string folder)
    {
        var files = Directory.GetFiles(folder, $"*{StateSuffix}").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? files
            : throw new InputException($"{folder} is a folder without {StateSuffix} files; name a checkpoint folder or a file");
    }

    private static void Print<T>(CliServices services, T info, IEnumerable<string> lines, bool asJson)
    {
        if (asJson)
        {
            services.WriteJson(info);
            return;
        }

        foreach (var line in lines)
        {
            services.Out.WriteLine(line);
        }
    }
}
