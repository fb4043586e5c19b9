using System.Globalization;
using Flex.Cli.Reports;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Reports;
using Flex.Fields.NetCdf;
using Flex.Torch;

namespace Flex.Cli.Forecasting;

/// <summary>The part of the demonstration that forecasts: an ensemble goes on from a simulated state and is compared with the simulation.</summary>
/// <param name="services">The outside world.</param>
/// <param name="model">The model, on the CPU.</param>
/// <param name="leads">Steps.</param>
/// <param name="members">Members.</param>
internal sealed class ForecastDemonstration(CliServices services, ForecastModel model, int leads, int members)
{
    /// <summary>How answers are drawn: tiles that overlap by a quarter are less accurate than the default and take half the time.</summary>
    public SamplingSettings Settings => new() { Members = members, Overlap = model.Task.Patch / 4 };

    /// <summary>The times that the simulation must write.</summary>
    /// <param name="start">The time of the last known state.</param>
    /// <returns>Past, present and future.</returns>
    /// <exception cref="InputException">The model does not say by how much time it forecasts.</exception>
    public IEnumerable<double> Times(double start)
    {
        var step = model.Task.TimeStep
            ?? throw new InputException("the forecast model does not say by how much time it forecasts: use one that was trained on files with times");
        return Enumerable.Range(1 - model.Task.History, model.Task.History + leads).Select(lead => start + (lead * step));
    }

    /// <summary>Forecasts, and says how well that worked.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="truth">The simulation's file.</param>
    /// <param name="variable">Its variable.</param>
    /// <param name="start">The time of the last known state.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>A chapter about it.</returns>
    public ReportChapter Run(string modelPath, string truth, string variable, double start, CancellationToken cancellation)
    {
        var gallery = new ForecastGallery(RunRecords.Label(truth, variable), leads, new Gnuplot());
        var score = new ForecastTrial(services, model, Device.Cpu, Settings, leads)
            .Run([truth], variable, new SeriesSelection(), ForecastStarts.At(start), gallery, cancellation);
        var title = string.Create(CultureInfo.InvariantCulture, $"Forecast from t = {start:0.##}: {leads} steps, {members} members");
        services.Out.WriteLine(title);
        var overall = score.Overall.Leads;
        foreach (var lead in new[] { overall[0], overall[^1] })
        {
            services.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  t + {lead.LeadTime:0.0##}: RFNE {lead.Errors.Rfne:0.0000}, persistence {lead.Errors.PersistenceRfne:0.0000}, ratio {lead.Ratio:0.000}, r {lead.Errors.Correlation:0.000}, spread {lead.Errors.Spread:0.000}"));
        }

        return ForecastChapter.Of(title, score, gallery, RunRecords.Training(modelPath));
    }
}
