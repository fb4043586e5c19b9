using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Reports;

/// <summary>How the model was trained, where its log lies beside it.</summary>
internal static class TrainingSection
{
    /// <summary>The section; none without a log.</summary>
    /// <param name="curves">What the run logged.</param>
    public static IEnumerable<ReportSection> Of(TrainingCurves? curves)
    {
        if (curves is not null)
        {
            var plots = curves.Draw("loss").Plots;
            yield return new ReportSection("Training", PlotElement.Row(
                plots, columns: 3, "A validation loss that turns upwards while the training loss falls says that the model learns its data by heart; curves that still fall at the end say that more steps would help."));
        }
    }
}
