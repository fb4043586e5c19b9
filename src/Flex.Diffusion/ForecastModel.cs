using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;

namespace Flex.Diffusion;

/// <summary>A model that forecasts.</summary>
/// <param name="Model">Its networks; it may know other tasks too.</param>
/// <param name="Task">What it does.</param>
/// <param name="Statistics">How its data are normalised.</param>
public sealed record ForecastModel(DiffusionModel Model, ForecastTask Task, DataStatistics Statistics) : IDisposable
{
    /// <summary>The networks.</summary>
    public Backbone Backbone => Model.Backbone;

    /// <summary>Disposes of the networks.</summary>
    public void Dispose() => Model.Dispose();
}
