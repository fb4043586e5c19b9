namespace Flex.Training;

/// <summary>Where a run stands, beside the tensors: with them it is all that a resumed run needs.</summary>
/// <param name="Step">Optimiser steps made.</param>
/// <param name="LossSum">The sum of losses since the last line of the log.</param>
/// <param name="NormSum">The sum of gradient norms since then.</param>
/// <param name="Count">The steps since then.</param>
/// <param name="BestStep">The step of the best validation; 0 before the first one.</param>
/// <param name="BestLoss">Its loss.</param>
public sealed record TrainingPosition(
    long Step = 0, double LossSum = 0, double NormSum = 0, long Count = 0, long BestStep = 0, double BestLoss = 0)
{
    /// <summary>The position after one more step.</summary>
    /// <param name="outcome">What the step measured.</param>
    /// <returns>The position.</returns>
    public TrainingPosition After(StepOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return this with
        {
            Step = Step + 1,
            LossSum = LossSum + outcome.Loss,
            NormSum = NormSum + outcome.GradientNorm,
            Count = Count + 1,
        };
    }

    /// <summary>The position after a line of the log was written.</summary>
    /// <returns>The position.</returns>
    public TrainingPosition Logged() => this with { LossSum = 0, NormSum = 0, Count = 0 };
}
