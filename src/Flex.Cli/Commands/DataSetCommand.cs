using System.CommandLine;
using Flex.Fields.Configuration;
using Flex.Fields.DataSets;

namespace Flex.Cli.Commands;

/// <summary><c>flex dataset</c>: simulates all runs of a data set.</summary>
public static class DataSetCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var config = new Argument<string>("CONFIG") { Description = "Definition of the data set, for example configs/kt-512.yaml" };
        var output = new Option<string>("--out") { Description = "Folder for train/, valid/ and test/", Required = true };
        var jobs = new Option<int>("--jobs") { Description = "Runs at a time", DefaultValueFactory = _ => Environment.ProcessorCount };
        var set = new Option<string[]>("--set") { Description = "KEY=VALUE in place of the file's" };
        var command = new Command("dataset", "Simulate the runs of a data set that are missing; an interrupted run is continued")
        {
            config, output, jobs, set,
        };
        command.OnRun((parsed, cancellation) =>
        {
            var dataSet = YamlConfig.Load<KraichnanDataSet>(parsed.GetValue(config)!, parsed.GetValue(set));
            var folder = parsed.GetValue(output)!;
            using (var progress = services.StartProgress("simulating", "runs"))
            {
                KraichnanGenerator.Generate(dataSet, folder, parsed.GetValue(jobs), progress, cancellation);
            }

            foreach (var run in dataSet.Runs())
            {
                services.Out.WriteLine(Path.Combine(folder, run.File));
            }

            return ExitStatus.Success;
        });
        return command;
    }
}
