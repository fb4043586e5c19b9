using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Fields.Resampling;

namespace Flex.Diffusion;

/// <summary>What a super-resolution model was trained to do, and on what: all that its use needs besides the weights.</summary>
public sealed record SuperResolutionTask
{
    /// <summary>The variable of the training data, the default where a file has several; the channels of the model with commas between them (see <see cref="FieldChannel"/>).</summary>
    public required string Variable { get; init; }

    /// <summary>s, the refinement of each axis.</summary>
    public required int Factor { get; init; }

    /// <summary>H = W of the training patches, in fine cells; the size of a tile.</summary>
    public required int Patch { get; init; }

    /// <summary>How the coarse field was brought to the fine grid.</summary>
    public required Interpolation Interpolation { get; init; }

    /// <summary>How the coarse grid lies on the fine one.</summary>
    public required Registration Registration { get; init; }

    /// <summary>Whether the model generates the residual or the field itself.</summary>
    public PatchTarget Target { get; init; } = PatchTarget.Residual;

    /// <summary>Where each physical parameter was read from: an attribute's name, a pattern on the file's name, or a number.</summary>
    public IReadOnlyList<string> Parameter { get; init; } = [];

    /// <summary>What the parameters were divided by.</summary>
    public double ParameterScale { get; init; } = 1;

    /// <summary>The task of a data set.</summary>
    /// <param name="data">Its configuration.</param>
    /// <returns>The task.</returns>
    public static SuperResolutionTask Of(DataConfig data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new SuperResolutionTask
        {
            Variable = data.Variable,
            Factor = data.Factor,
            Patch = data.Patch,
            Interpolation = data.Interpolation,
            Registration = data.Registration,
            Target = data.Target,
            Parameter = data.Parameter,
            ParameterScale = data.ParameterScale,
        };
    }
}
