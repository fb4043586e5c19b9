using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;
using Flex.IO;

namespace Flex.Cli.Commands;

/// <summary><c>flex evaluate</c>: judges a super-resolution model on fine fields that it has not seen.</summary>
public static class EvaluateCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var sampling = new SamplingOptions();
        var fields = new FieldOptions();
        var data = new Option<string[]>("--data")
        {
            Description = "Files of fine fields, one run each, or patterns such as 'test/*.nc'",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var report = new Option<string?>("--report") { Description = "Folder for report.md and pictures" };
        var baselines = new Option<string?>("--baselines") { Description = "Baselines besides bicubic: bilinear, climatology:FILES (means of the calendar months of such files), with commas between them" };
        var json = new Option<string?>("--json") { Description = "File for all numbers as JSON, or - for standard output instead of the table" };
        var command = new Command("evaluate", "Judge a super-resolution model against bicubic interpolation") { data, baselines, report, json };
        sampling.AddTo(command);
        fields.AddTo(command, "the one that the model was trained on");
        command.OnRun((parsed, cancellation) =>
        {
            var settings = sampling.Read(parsed);
            CheckFolder(parsed.GetValue(json));
            var files = FilePatterns.Find(parsed.GetValue(data)!, ".");
            var path = parsed.GetValue(sampling.Model)!;
            var (model, device) = sampling.Load(parsed);
            using var owned = model;
            var variable = parsed.GetValue(fields.Variable) ?? model.Task.Variable;
            var folder = parsed.GetValue(report) is { } name ? new ReportFolder(name, variable) : null;
            folder?.Create();
            var sampler = new TiledSampler(model, settings, device);
            var evaluation = new SuperResolutionEvaluation(
                model.Task.Factor,
                (coarse, parameters, frame) => sampler.SampleWhole(coarse, parameters, frame, cancellation),
                BaselineNames.Parse(parsed.GetValue(baselines), model.Task.Factor, variable, parsed.GetValue(fields.Channel)));
            Evaluate(services, evaluation, model.Task, files, variable, fields.Read(parsed), folder);
            Print(services, evaluation.Score, parsed.GetValue(json), path, settings);
            folder?.Write(Title(path, model.Task, settings), evaluation.Score);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Evaluate(
        CliServices services,
        SuperResolutionEvaluation evaluation,
        SuperResolutionTask task,
        IReadOnlyList<string> files,
        string variable,
        SeriesSelection selection,
        ReportFolder? folder)
    {
        // All files are looked at before the first is computed: a mistake in the last one must not cost the others.
        var (total, done, side, periodic) = (0, 0, int.MaxValue, true);
        foreach (var file in files)
        {
            using var run = new TrueFields(file, variable, selection, task, warning => services.Error.WriteLine($"flex: {warning}"));
            (total, side, periodic) = (total + run.Count, Math.Min(side, run.ShorterSide), periodic && run.IsPeriodic);
        }

        using var progress = services.StartProgress("evaluation", "fields");
        foreach (var file in files)
        {
            using var run = new TrueFields(file, variable, selection, task);
            for (var i = 0; i < run.Count; i++)
            {
                var truth = run.Read(i);
                var refined = evaluation.Add(truth, run.Parameters);
                progress.Report(++done, total, string.Create(CultureInfo.InvariantCulture, $"{truth.Run}, t = {truth.Time:0.###}: ratio {refined.Score.Ratio:0.000}"));
                if (i == run.Count - 1)
                {
                    folder?.DrawFields(truth, refined);
                }
            }
        }

        // At an edge a spectrum is that of the jump across it.
        if (periodic)
        {
            folder?.DrawSpectra(evaluation.Score, side, task.Factor);
        }
    }

    private static void Print(CliServices services, SuperResolutionScore score, string? json, string model, SamplingSettings settings)
    {
        if (json is not null)
        {
            var text = Json(score, model, settings);
            if (json == "-")
            {
                services.Out.WriteLine(text);
                return;
            }

            AtomicFile.Write(json, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                writer.WriteLine(text);
            });
        }

        services.Out.Write(SuperResolutionReport.Table(score));
    }

    // Early, so that long work is not lost to a misspelt path.
    private static void CheckFolder(string? json)
    {
        if (json is not (null or "-") && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(json))))
        {
            throw new InputException($"cannot write {json}: its folder does not exist; create it first");
        }
    }

    // The numbers, preceded by what made them.
    private static string Json(SuperResolutionScore score, string model, SamplingSettings settings)
    {
        var numbers = JsonNode.Parse(SuperResolutionReport.Json(score))!.AsObject();
        numbers.Insert(0, "model", Path.GetFileName(model));
        numbers.Insert(1, "model_sha256", Provenance.Hash(model));
        numbers.Insert(2, "steps", settings.Sampler.Steps);
        numbers.Insert(3, "eta", settings.Sampler.Eta);
        numbers.Insert(4, "members", settings.Members);
        numbers.Insert(5, "seed", settings.Seed);
        numbers.Insert(6, "overlap", settings.Overlap);
        return numbers.ToJsonString(JsonOutput.Options);
    }

    private static string Title(string model, SuperResolutionTask task, SamplingSettings settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileNameWithoutExtension(model)}: super-resolution ×{task.Factor}, N = {settings.Sampler.Steps}, {settings.Members} sample(s), seed {settings.Seed}");
}
