using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;

namespace Flex.Diffusion;

/// <summary>A model that super-resolves.</summary>
/// <param name="Model">Its networks; it may know other tasks too.</param>
/// <param name="Task">What it does.</param>
/// <param name="Statistics">How its data are normalised.</param>
public sealed record SuperResolutionModel(DiffusionModel Model, SuperResolutionTask Task, DataStatistics Statistics) : IDisposable
{
    /// <summary>A new model of this task alone.</summary>
    /// <param name="config">The diffusion's settings and the architecture.</param>
    /// <param name="task">What it does.</param>
    /// <param name="statistics">How its data are normalised.</param>
    public SuperResolutionModel(ModelConfig config, SuperResolutionTask task, DataStatistics statistics)
        : this(new DiffusionModel(config, new ModelTasks(SuperResolution: new(task, statistics))), task, statistics)
    {
    }

    /// <summary>The networks.</summary>
    public Backbone Backbone => Model.Backbone;

    /// <summary>Disposes of the networks.</summary>
    public void Dispose() => Model.Dispose();
}
