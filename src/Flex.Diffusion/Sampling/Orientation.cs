using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;
using Flex.Torch;
using Flex.Torch.Random;

namespace Flex.Diffusion.Sampling;

/// <summary>
/// A symmetry of the square under which a member is drawn: condition and noise are turned, and the answer is turned back. The exact answer would be the
/// same; a network's differs a little, which its members should show and their mean need not have.
/// </summary>
/// <param name="symmetry">The symmetry.</param>
/// <param name="sign">What turned values are multiplied by, 1 or −1.</param>
internal sealed class Orientation(PatchSymmetry symmetry, float sign)
{
    private const uint Stream = 0x6f723031; // "or01"

    /// <summary>Those that tiles can be drawn in.</summary>
    /// <param name="group">Under which the model was trained.</param>
    /// <param name="task">The task. A mirrored or half-turned tile would have its coarse points elsewhere: super-resolution has the transposition only.</param>
    /// <returns>The identity first.</returns>
    public static IReadOnlyList<Orientation> Of(SymmetryGroup group, TaskKind task) =>
    [
        .. PatchSymmetry.All
            .Where(s => s == default || (group != SymmetryGroup.None && (task == TaskKind.Forecast || !(s.FlipY || s.FlipX))))
            .Select(s => new Orientation(s, s.Sign(group))),
    ];

    /// <summary>The orientation of a member: drawn like its noise, so that members stay independent draws of one law, as every score of ensembles supposes.</summary>
    /// <param name="orientations">Those that there are.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="frame">Names the field.</param>
    /// <param name="member">The member.</param>
    /// <returns>One of them.</returns>
    public static Orientation Drawn(IReadOnlyList<Orientation> orientations, ulong seed, uint frame, int member) =>
        orientations[new CounterGenerator(seed, Stream, ((ulong)frame << 32) | (uint)member).NextInt(orientations.Count)];

    /// <summary>Turns fields.</summary>
    /// <param name="x">(B, C, P, P).</param>
    /// <param name="zeros">(C, 1, 1), what zero is in normalised values; null where it is zero.</param>
    /// <returns>The same shape; x itself for the identity.</returns>
    public Tensor Turn(Tensor x, Tensor? zeros = null)
    {
        using var scope = new TensorScope();
        return scope.Keep(Signed(Transposed(Flipped(x)), zeros));
    }

    /// <summary>Undoes <see cref="Turn"/>.</summary>
    /// <inheritdoc cref="Turn"/>
    public Tensor TurnBack(Tensor x, Tensor? zeros = null)
    {
        using var scope = new TensorScope();
        return scope.Keep(Signed(Flipped(Transposed(x)), zeros));
    }

    private Tensor Flipped(Tensor x) => (symmetry.FlipY, symmetry.FlipX) switch
    {
        (true, true) => x.Flip(2, 3),
        (true, false) => x.Flip(2),
        (false, true) => x.Flip(3),
        _ => x,
    };

    private Tensor Transposed(Tensor x) => symmetry.Transpose ? x.Transpose(2, 3).Contiguous() : x;

    // −(x − z) + z
    private Tensor Signed(Tensor x, Tensor? zeros) => sign > 0 ? x : zeros is null ? x * -1 : (zeros * 2) - x;
}
