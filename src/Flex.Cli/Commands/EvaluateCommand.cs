using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Flex.Cli.Forecasting;
using Flex.Cli.Reports;
using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Reports;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.IO;

namespace Flex.Cli.Commands;

/// <summary>
/// <c>flex evaluate</c>: judges a model on fields that it has not seen, super-resolution against bicubic interpolation
/// and forecasts against persistence.
/// </summary>
public static class EvaluateCommand
{
    private const int DefaultLeads = 20;

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
        var lead = new Option<int?>("--lead")
        {
            Description = $"Judge forecasts of so many steps (default for a model that only forecasts: {DefaultLeads}), the first with --seed, each of the others with the next one",
        };
        var starts = new Option<string?>("--starts")
        {
            Description = "Times of the last known states, such as 1,1.5, or all (default: the first with enough past in each file)",
        };
        var report = new Option<string?>("--report") { Description = "Folder for report.html, one page with tables, pictures and what was run" };
        var baselines = new Option<string?>("--baselines") { Description = "More baselines, with commas between them: bilinear (super-resolution), climatology:FILES (means of the calendar months of such files)" };
        var json = new Option<string?>("--json") { Description = "File for all numbers as JSON, or - for standard output instead of the table" };
        var command = new Command("evaluate", "Judge a model: super-resolution against bicubic interpolation, forecasts against persistence")
        {
            data, lead, starts, baselines, report, json,
        };
        sampling.AddTo(command);
        fields.AddTo(command, "the one that the model was trained on");
        command.OnDraw(services, sampling.DeviceName, (parsed, ranks, own, cancellation) =>
        {
            var settings = sampling.Read(parsed);
            CheckFolder(parsed.GetValue(json));
            var files = FilePatterns.Find(parsed.GetValue(data)!, ".");
            var path = parsed.GetValue(sampling.Model)!;
            var folder = ranks.IsFirst && parsed.GetValue(report) is { } name ? new ReportFolder(name) : null;
            var isForecast = parsed.GetValue(lead) is not null || ModelFile.ReadTasks(path).SuperResolution is null;
            var judgement = isForecast ? JudgeForecasts() : JudgeSuperResolution();
            if (!ranks.IsFirst)
            {
                return ExitStatus.Success;
            }

            Print(own, judgement, parsed.GetValue(json), path, settings);
            if (folder is not null && judgement.Chapter is { } draw)
            {
                var chapter = draw();
                var record = RunRecords.Of(parsed, path, settings, files, parsed.GetValue(sampling.DeviceName)!);
                var page = new ReportPage($"{Path.GetFileNameWithoutExtension(path)}: {chapter.Title}", own.Time.GetUtcNow());
                page.Add(chapter.With(record.ToSection()));
                folder.Write(page);
            }

            return ExitStatus.Success;

            Judgement JudgeSuperResolution()
            {
                if (parsed.GetValue(starts) is not null)
                {
                    throw new InputException("--starts goes with --lead: it says where forecasts begin; --times chooses fields to super-resolve");
                }

                var (model, device) = sampling.Load(parsed, ranks);
                using var owned = model;
                folder?.Create();
                var variable = parsed.GetValue(fields.Variable) ?? model.Task.Variable;
                var others = BaselineNames.Parse(parsed.GetValue(baselines), model.Task.Factor, variable, parsed.GetValue(fields.Channel));
                var gallery = folder is null ? null : new FieldGallery(RunRecords.Label(files[0], variable));
                var trial = new SuperResolutionTrial(own, model, device, settings, others, ranks);
                var score = trial.Run(files, variable, fields.Read(parsed), gallery, cancellation);
                return new Judgement(SuperResolutionReport.Table(score), SuperResolutionReport.Json(score), gallery is null ? null : () => SuperResolutionChapter.Of(
                    Invariant($"super-resolution ×{model.Task.Factor} of {variable} in {settings.Sampler.Steps} step(s)"),
                    score, gallery, model.Task.Factor, trial.PeriodicSide, RunRecords.Training(path), RunRecords.Name(model.Model)));
            }

            Judgement JudgeForecasts()
            {
                var leads = parsed.GetValue(lead) ?? DefaultLeads;
                if (leads < 1)
                {
                    throw new InputException($"--lead {leads}: a forecast takes 1 step or more");
                }

                if (parsed.GetValue(fields.Times) is not null)
                {
                    throw new InputException("--times chooses fields to super-resolve; --starts says where forecasts begin");
                }

                var (model, device) = sampling.LoadForecast(parsed, ranks);
                using var owned = model;
                folder?.Create();
                var variable = parsed.GetValue(fields.Variable) ?? model.Task.Variable;
                var climatology = BaselineNames.ParseClimatology(parsed.GetValue(baselines), variable, parsed.GetValue(fields.Channel));
                var gallery = folder is null ? null : new ForecastGallery(RunRecords.Label(files[0], variable), leads, new Gnuplot());
                var score = new ForecastTrial(own, model, device, settings, leads, climatology, ranks).Run(
                    files, variable, fields.Read(parsed), ForecastStarts.Parse(parsed.GetValue(starts), starts.Name), gallery, cancellation);
                return new Judgement(ForecastReport.Table(score), ForecastReport.Json(score), gallery is null ? null : () => ForecastChapter.Of(
                    Invariant($"forecasts of {variable} over {leads} step(s)"), score, gallery, RunRecords.Training(path), RunRecords.Name(model.Model)));
            }
        });
        return command;
    }

    private static void Print(CliServices services, Judgement judgement, string? json, string model, SamplingSettings settings)
    {
        if (json is not null)
        {
            var text = Json(judgement.Json, model, settings);
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

        services.Out.Write(judgement.Table);
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
    private static string Json(string score, string model, SamplingSettings settings)
    {
        var numbers = JsonNode.Parse(score)!.AsObject();
        numbers.Insert(0, "model", Path.GetFileName(model));
        numbers.Insert(1, "model_sha256", Provenance.Hash(model));
        numbers.Insert(2, "steps", settings.Sampler.Steps);
        numbers.Insert(3, "eta", settings.Sampler.Eta);
        numbers.Insert(4, "placement", settings.Sampler.Placement);
        numbers.Insert(5, "members", settings.Members);
        numbers.Insert(6, "seed", settings.Seed);
        numbers.Insert(7, "overlap", settings.Overlap);
        numbers.Insert(8, "raw_spread", !settings.CorrectSpread);
        numbers.Insert(9, "unturned", !settings.Turned);
        return numbers.ToJsonString(JsonOutput.Options);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The scores as table and JSON, and what draws the report where one is wanted: scores come first, should a picture fail.</summary>
    private sealed record Judgement(string Table, string Json, Func<ReportChapter>? Chapter);
}
