using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;

namespace Flex.Diffusion;

/// <summary>What a forecast model was trained to do, and on what: all that its use needs besides the weights.</summary>
public sealed record ForecastTask
{
    /// <summary>The variable of the training data, the default where a file has several; the channels of the model with commas between them (see <see cref="FieldChannel"/>).</summary>
    public required string Variable { get; init; }

    /// <summary>K, the snapshots that a forecast sees, the present one included.</summary>
    public required int History { get; init; }

    /// <summary>Whether the model also sees what the flow does if it only carries the present vorticity along (doubly periodic fields only).</summary>
    public bool Advection { get; init; }

    /// <summary>The time that one forecast leads ahead, in the units of the training files' times; null where they have none.</summary>
    public double? TimeStep { get; init; }

    /// <summary>H = W of the training patches, in cells; the size of a tile.</summary>
    public required int Patch { get; init; }

    /// <summary>Whether the model generates the residual or the field itself.</summary>
    public PatchTarget Target { get; init; } = PatchTarget.Residual;

    /// <summary>Where each physical parameter was read from: an attribute's name, a pattern on the file's name, or a number.</summary>
    public IReadOnlyList<string> Parameter { get; init; } = [];

    /// <summary>What the parameters were divided by.</summary>
    public double ParameterScale { get; init; } = 1;

    /// <summary>The task of a data set.</summary>
    /// <param name="data">Its configuration.</param>
    /// <param name="timeStep">The time that one forecast leads ahead; NaN where the files have none.</param>
    /// <returns>The task.</returns>
    public static ForecastTask Of(DataConfig data, double timeStep)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ForecastTask
        {
            Variable = data.Variable,
            History = data.History,
            Advection = data.Advection,
            TimeStep = double.IsNaN(timeStep) ? null : timeStep,
            Patch = data.Patch,
            Target = data.Target,
            Parameter = data.Parameter,
            ParameterScale = data.ParameterScale,
        };
    }
}
