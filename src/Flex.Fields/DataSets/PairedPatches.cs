namespace Flex.Fields.DataSets;

/// <summary>
/// The super-resolution side of pairs for multi-task training, as in the reference: patch i refines the present snapshot of forecast i, at
/// the same place and under the same symmetry.
/// </summary>
/// <param name="forecasts">The sequence of forecasts.</param>
/// <param name="forecast">Their data; patches are aligned to the factor.</param>
/// <param name="superResolution">The same files and times for super-resolution.</param>
public sealed class PairedPatches(PatchSampler forecasts, ForecastData forecast, SuperResolutionData superResolution) : IPatchSource
{
    /// <inheritdoc/>
    public int Patch => forecasts.Patch;

    /// <inheritdoc/>
    public int Channels => superResolution.Channels;

    /// <inheritdoc/>
    public int ConditionChannels => superResolution.ConditionChannels;

    /// <inheritdoc/>
    public int Parameters => superResolution.Parameters;

    /// <inheritdoc/>
    public void Fill(long first, int count, Span<float> condition, Span<float> residual, Span<float> parameters) =>
        superResolution.Render(Enumerable.Range(0, count).Select(i => Locate(first + i)), condition, residual, parameters);

    /// <inheritdoc/>
    public string Describe(long index) => superResolution.Describe(Locate(index));

    /// <summary>The place of a patch among the super-resolution data.</summary>
    /// <param name="index">0, 1, 2, …</param>
    public PatchLocation Locate(long index)
    {
        var location = forecasts.Locate(index);
        return location with { Item = forecast.Present(location.Item) };
    }
}
