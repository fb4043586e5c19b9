namespace Flex.Training.Tests;

public sealed class DivergenceGuardTests
{
    private readonly DivergenceGuard _guard = new();
    private long _step;

    [Fact]
    public void A_loss_that_jumps_up_for_good_is_named()
    {
        Feed(1000, i => i % 2 == 0 ? 0.015 : 0.045);
        var message = Assert.Throws<InputException>(() => Feed(200, _ => 0.7)).Message;
        Assert.StartsWith("step 1100: the training has diverged, its loss over 100 steps is 0.7 after 0.03", message, StringComparison.Ordinal);
        Assert.Contains("learning_rate", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Single_outliers_and_slow_changes_are_not()
    {
        Feed(100, _ => 1);
        Feed(1000, i => i % 100 == 0 ? 5 : 0.05);
        Feed(300, _ => 0.3);
    }

    [Fact]
    public void A_score_that_may_be_negative_has_no_ratio() => Feed(300, i => i < 100 ? -0.1 : 3);

    private void Feed(int steps, Func<int, double> loss)
    {
        for (var i = 0; i < steps; i++)
        {
            _guard.Add(++_step, loss(i));
        }
    }
}
