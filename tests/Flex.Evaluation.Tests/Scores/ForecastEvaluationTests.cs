using Flex.Diffusion.Tiling;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Tests.Scores;

public class ForecastEvaluationTests
{
    private static readonly float[] Past = [1, 1, 1, 1];
    private static readonly float[] Present = [1, -1, 1, -1];
    private static readonly History Known = new([Past, Present], 2, 2, true, true);
    private static readonly ForecastCase Case = new("run", 250, 1);

    [Fact]
    public void The_forecaster_gets_history_parameters_and_the_number_of_leads()
    {
        (History History, IReadOnlyList<double> Parameters, int Leads) seen = default;
        new ForecastEvaluation(7, (history, parameters, leads) =>
        {
            seen = (history, parameters, leads);
            return [];
        }).Add(Case, Known, [250], _ => throw new InvalidOperationException("no lead was forecast"));
        Assert.Same(Known, seen.History);
        Assert.Equal([250], seen.Parameters);
        Assert.Equal(7, seen.Leads);
    }

    [Fact]
    public void Every_lead_is_compared_with_its_truth_and_with_the_present()
    {
        // The flow changes its sign with every step, which persistence never sees and the forecaster does, one step late.
        float[] flipped = [-1, 1, -1, 1];
        var evaluation = new ForecastEvaluation(2, (_, _, _) => [[Present], [Present]]);
        var watched = new List<(int Lead, double Time, double Rfne)>();
        evaluation.Add(
            Case, Known, [], lead => new TrueState(1 + (0.5 * lead), lead == 1 ? flipped : Present),
            (frame, score) => watched.Add((frame.Lead, frame.Time, score.Errors.Rfne)));
        Assert.Equal([(1, 1.5, 2.0), (2, 2.0, 0.0)], watched);
        Assert.Equal([2.0, 0.0], evaluation.Score.Leads.Select(lead => lead.Errors.PersistenceRfne));
    }

    [Fact]
    public void Further_baselines_are_judged_by_their_rfne()
    {
        var evaluation = new ForecastEvaluation(1, (_, _, _) => [[Present]]);
        evaluation.Add(Case, Known, [], lead => new TrueState(lead, Present) { Others = new Dictionary<string, float[]> { ["half"] = [0.5f, -0.5f, 0.5f, -0.5f] } });
        Assert.Equal(0.5, evaluation.Score.Overall.Leads[0].Errors.Others["half"], 1e-12);
        Assert.Contains("RFNE(persist.)      RFNE(half)           ratio", ForecastReport.Table(evaluation.Score), StringComparison.Ordinal);
    }

    [Fact]
    public void Leads_are_asked_for_one_at_a_time()
    {
        var order = new List<string>();
        IEnumerable<IReadOnlyList<float[]>> Roll(int leads)
        {
            for (var lead = 1; lead <= leads; lead++)
            {
                order.Add($"forecast {lead}");
                yield return [Present];
            }
        }

        new ForecastEvaluation(2, (_, _, leads) => Roll(leads)).Add(Case, Known, [], lead =>
        {
            order.Add($"truth {lead}");
            return new TrueState(lead, Present);
        });
        Assert.Equal(["forecast 1", "truth 1", "forecast 2", "truth 2"], order);
    }
}
