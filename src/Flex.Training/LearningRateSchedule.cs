namespace Flex.Training;

/// <summary>A learning rate that grows linearly and then falls along half a cosine.</summary>
/// <param name="Peak">The full learning rate.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="WarmupSteps">Steps of growth.</param>
/// <param name="FinalFraction">The end of the cosine over the peak.</param>
public sealed record LearningRateSchedule(double Peak, long Steps, long WarmupSteps, double FinalFraction)
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The steps made before it, 0 … <see cref="Steps"/> − 1.</param>
    /// <returns>Peak·(step + 1)/warm-up during warm-up; then the cosine, which starts at the peak.</returns>
    public double At(long step)
    {
        if (step < WarmupSteps)
        {
            return Peak * (step + 1) / WarmupSteps;
        }

        var phase = Math.PI * (step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        return Peak * (FinalFraction + (1 - FinalFraction) * (1 + Math.Cos(phase)) / 2);
    }
}
