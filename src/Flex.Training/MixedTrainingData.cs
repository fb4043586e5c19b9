namespace Flex.Training;

/// <summary>The data of one or two tasks: every training batch has samples of each (this process's share of it may not), validation has one task after the other.</summary>
/// <param name="tasks">The tasks' data, one or two.</param>
/// <param name="paired">Whether the samples of both belong together one by one.</param>
public sealed class MixedTrainingData(IReadOnlyList<TaskTrainingData> tasks, bool paired) : ITrainingData, IDisposable
{
    /// <inheritdoc/>
    public int ValidationBatches => tasks.Sum(task => task.ValidationBatches);

    /// <inheritdoc/>
    public TrainingBatch Training(long index)
    {
        TaskTrainingData[] here = [.. tasks.Where(task => task.Samples > 0)];
        var first = here[0].Training(index);
        return here.Length == 1 ? first : first with { Other = here[1].Training(index), Paired = paired };
    }

    /// <inheritdoc/>
    public TrainingBatch Validation(int index) => index < tasks[0].ValidationBatches
        ? tasks[0].Validation(index)
        : tasks[1].Validation(index - tasks[0].ValidationBatches);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var task in tasks)
        {
            task.Dispose();
        }
    }
}
