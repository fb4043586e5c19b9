namespace Flex.Training;

/// <summary>What a network is trained on.</summary>
public interface ITrainingData
{
    /// <summary>This process's share of a batch of training samples, a function of the seed and its number only.</summary>
    /// <param name="index">The number of the batch since the beginning; it grows by one from call to call.</param>
    /// <returns>The batch, on the CPU, in the caller's scope.</returns>
    TrainingBatch Training(long index);

    /// <summary>How many batches the validation set has.</summary>
    int ValidationBatches { get; }

    /// <summary>A batch of validation samples; the same at every call.</summary>
    /// <param name="index">The batch, 0 … <see cref="ValidationBatches"/> − 1.</param>
    /// <returns>The batch, on the CPU, in the caller's scope.</returns>
    TrainingBatch Validation(int index);
}
