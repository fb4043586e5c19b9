using System.CommandLine;
using Flex.Evaluation.Statistics;

namespace Flex.Cli.Commands;

/// <summary>
/// <c>flex compare</c>: whether one model is better than another by more than chance, and how much the trainings of one
/// setting differ.
/// </summary>
public static class CompareCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var files = new Argument<string[]>("FILES") { Description = "Files that flex evaluate --json wrote, of the same cases", Arity = ArgumentArity.OneOrMore };
        var seeds = new Option<bool>("--seeds") { Description = "The files are trainings of one setting that differ in the seed: show mean, spread and range instead" };
        var level = new Option<double>("--level") { Description = "Level of the confidence intervals", DefaultValueFactory = _ => 0.95 };
        var resamples = new Option<int>("--resamples") { Description = "Bootstrap resamples", DefaultValueFactory = _ => 5000 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the resampling", DefaultValueFactory = _ => 0 };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("compare", "Compare two models' scores, or aggregate several trainings'") { files, seeds, level, resamples, seed, json };
        command.OnRun((parsed, _) =>
        {
            var paths = parsed.GetValue(files)!;
            var bootstrap = new Bootstrap { Level = parsed.GetValue(level), Resamples = parsed.GetValue(resamples), Seed = parsed.GetValue(seed) };
            Check(bootstrap, paths.Length, parsed.GetValue(seeds));
            EvaluationFile[] evaluations = [.. paths.Select(EvaluationFile.Read)];
            services.Out.Write(parsed.GetValue(seeds)
                ? Aggregate(SeedAggregate.Of(evaluations, bootstrap.Level), parsed.GetValue(json))
                : Compare(ModelComparison.Of(evaluations[0], evaluations[1], bootstrap), parsed.GetValue(json)));
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Check(Bootstrap bootstrap, int files, bool seeds)
    {
        if (!seeds && files != 2)
        {
            throw new InputException($"{files} file(s) to compare: give two, or add --seeds to aggregate the trainings of one setting");
        }

        if (!(bootstrap.Level > 0 && bootstrap.Level < 1))
        {
            throw new InputException($"--level {bootstrap.Level} is impossible: use a number between 0 and 1, such as 0.95");
        }

        if (bootstrap.Resamples < 100)
        {
            throw new InputException($"--resamples {bootstrap.Resamples} are too few for an interval: use 100 or more");
        }
    }

    private static string Compare(ModelComparison comparison, bool json) =>
        json ? ComparisonReport.Json(comparison) + "\n" : ComparisonReport.Table(comparison);

    private static string Aggregate(SeedAggregate aggregate, bool json) =>
        json ? ComparisonReport.Json(aggregate) + "\n" : ComparisonReport.Table(aggregate);
}
