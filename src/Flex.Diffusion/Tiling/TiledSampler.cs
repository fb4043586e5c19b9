using Flex.Diffusion.Calibration;
using Flex.Fields.DataSets;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Diffusion.Tiling;

/// <summary>
/// Super-resolves fields of any size by tiles of the model's patch size. Tiles overlap, see one noise plane and are blended smoothly;
/// finished rows come out band by band, so that memory grows with the field's width and the members, not with its height or times.
/// </summary>
/// <remarks>
/// A member of a field is a function of (seed, frame, member) and the coarse field alone, and, where the model has a <see cref="SpreadCorrection"/>,
/// of the other members: tiles are blended in one order, whatever the
/// batches (whose size changes the last bits of libtorch's sums, no more). Each tile is sampled on its own through all steps, and only the answers are blended: the noise it shares with its neighbours keeps
/// them together, so that no seam can be measured, and a field needs no more memory than its rows of tiles.
/// </remarks>
/// <param name="model">The model, on <paramref name="device"/>.</param>
/// <param name="settings">How answers are drawn.</param>
/// <param name="device">Where the network runs.</param>
/// <param name="ranks">
/// The processes that draw together, each some rows of tiles; all ask for the same fields in the same order and get the same answers. Null is this one alone.
/// </param>
public sealed class TiledSampler(SuperResolutionModel model, SamplingSettings settings, Device device, ProcessGroup? ranks = null)
{
    /// <summary>Draws all members of one field.</summary>
    /// <param name="coarse">X_LR in its own units, C fields of one grid; NaN is missing.</param>
    /// <param name="parameters">P physical parameters, not scaled.</param>
    /// <param name="frame">Names the field's noise: the index of its time in the file.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The super-resolved field in bands, top (row 0) first, each in all channels; each is computed when it is asked for.</returns>
    /// <exception cref="InputException">A setting is impossible, every value is missing, or P is not the model's.</exception>
    public IEnumerable<Band> Sample(
        IReadOnlyList<CoarseField> coarse, IReadOnlyList<double> parameters, uint frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(coarse);
        ArgumentNullException.ThrowIfNull(parameters);
        settings.Validate();
        var wanted = model.Task.Parameter;
        if (parameters.Count != wanted.Count)
        {
            throw new InputException($"the model takes {wanted.Count} physical parameter(s) ({string.Join(", ", wanted)}), but {parameters.Count} are given");
        }

        var members = Enumerable.Range(0, settings.Members).ToList();
        var scaled = parameters.Select(p => p / model.Task.ParameterScale);
        return new FieldSampler(
            model.Model, settings, device, ranks ?? ProcessGroup.Single, new CoarseCondition(model, coarse), scaled, frame, members).Bands(cancellation);
    }

    /// <summary>Draws all members of one field of a single channel.</summary>
    /// <inheritdoc cref="Sample(IReadOnlyList{CoarseField}, IReadOnlyList{double}, uint, CancellationToken)"/>
    public IEnumerable<Band> Sample(
        CoarseField coarse, IReadOnlyList<double> parameters, uint frame, CancellationToken cancellation = default) =>
        Sample([coarse], parameters, frame, cancellation);

    /// <summary>Draws all members of one field of a single channel, whole.</summary>
    /// <inheritdoc cref="SampleWhole(IReadOnlyList{CoarseField}, IReadOnlyList{double}, uint, CancellationToken)"/>
    public float[][] SampleWhole(
        CoarseField coarse, IReadOnlyList<double> parameters, uint frame, CancellationToken cancellation = default) =>
        SampleWhole([coarse], parameters, frame, cancellation);

    /// <summary>Draws all members of one field, whole.</summary>
    /// <inheritdoc cref="Sample(IReadOnlyList{CoarseField}, IReadOnlyList{double}, uint, CancellationToken)"/>
    /// <returns>The members, each (C, H·s, W·s) row by row.</returns>
    public float[][] SampleWhole(
        IReadOnlyList<CoarseField> coarse, IReadOnlyList<double> parameters, uint frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(coarse);
        var (height, width) = (coarse[0].Height * model.Task.Factor, coarse[0].Width * model.Task.Factor);
        var members = new float[settings.Members][];
        for (var m = 0; m < members.Length; m++)
        {
            members[m] = new float[coarse.Count * height * width];
        }

        foreach (var band in Sample(coarse, parameters, frame, cancellation))
        {
            for (var m = 0; m < members.Length; m++)
            {
                band.Members[m].CopyTo(members[m], ((band.Channel * height) + band.Y) * width);
            }
        }

        return members;
    }
}
