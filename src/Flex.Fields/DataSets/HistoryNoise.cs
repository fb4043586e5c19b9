using System.Numerics.Tensors;
using Flex.Fields.Grids;
using Flex.Torch.Random;

namespace Flex.Fields.DataSets;

/// <summary>
/// Disturbs the snapshots that a forecast is trained to start from, because in a rollout it starts from its own answers: a model that has
/// seen clean pasts only amplifies its errors from step to step. The future stays as it is, so that the model learns to undo
/// the disturbance.
/// </summary>
/// <remarks>
/// Half of the samples stay clean. The others get Gaussian noise whose rms is a fraction of the residual's scale, drawn uniformly up to
/// <paramref name="greatest"/>, independent in each snapshot and channel, smoothed over 1, 3, 5 or 9 cells along both axes.
/// </remarks>
/// <param name="greatest">The greatest rms, in units of the residual's scale.</param>
/// <param name="side">Side of a patch.</param>
internal sealed class HistoryNoise(double greatest, int side)
{
    private const uint LevelStream = 0x64617434; // "dat4"
    private const uint NoiseStream = 0x64617435; // "dat5"

    // A sample takes three draws; a draw is rejected with a probability below 2⁻³².
    private const ulong WordsPerSample = 16;

    private static readonly int[] Radii = [0, 1, 2, 4];

    /// <summary>Disturbs one sample.</summary>
    /// <param name="seed">The sequence.</param>
    /// <param name="index">The sample's index in it.</param>
    /// <param name="condition">(K·C, side, side), normalised; changed.</param>
    /// <param name="residual">(C, side, side), normalised; changed.</param>
    /// <param name="scales">For each channel the residual's scale over the field's.</param>
    /// <param name="guess">What the flow does to the first channel by carrying it along, in units of the residual's scale; changed. Empty where there is none.</param>
    /// <param name="displacement">Tells by which displacement.</param>
    public void Disturb(
        ulong seed,
        long index,
        Span<float> condition,
        Span<float> residual,
        ReadOnlySpan<double> scales,
        Span<float> guess,
        Func<Displacement> displacement)
    {
        var random = new CounterGenerator(seed, LevelStream, (ulong)index * WordsPerSample);
        if (random.NextInt(2) == 0)
        {
            return;
        }

        var level = greatest * random.NextDouble();
        var radius = Radii[random.NextInt(Radii.Length)];
        var area = side * side;
        var planes = condition.Length / area;
        var noise = new float[area];

        // The scale is predicted from the disturbed snapshots, too: their difference is larger by both their noises.
        var inflation = Math.Sqrt(1 + (2 * level * level));
        for (var plane = 0; plane < planes; plane++)
        {
            var channel = plane % scales.Length;
            CounterNoise.FillNormal(noise, new NoiseKey(seed, NoiseStream, (uint)index, (uint)plane, (uint)(index >> 32)));
            Smooth(noise, radius);
            TensorPrimitives.MultiplyAdd(noise, (float)(level * scales[channel]), condition.Slice(plane * area, area), condition.Slice(plane * area, area));
            if (plane >= planes - scales.Length)
            {
                var target = residual.Slice(channel * area, area);
                TensorPrimitives.MultiplyAdd(noise, (float)-level, target, target);
                TensorPrimitives.Divide(target, (float)inflation, target);
            }
        }

        // The noise of the present, which was drawn last, is carried along with the rest.
        if (!guess.IsEmpty)
        {
            var carried = Advection.Carry(noise, side, side, displacement(), Window.Whole(side, side));
            TensorPrimitives.Subtract(carried, noise, carried);
            TensorPrimitives.MultiplyAdd(carried, (float)level, guess, guess);
            TensorPrimitives.Divide(guess, (float)inflation, guess);
        }
    }

    // A moving mean along both axes, wrapped around and brought back to unit variance.
    private void Smooth(float[] noise, int radius)
    {
        if (radius == 0)
        {
            return;
        }

        var line = new float[side];
        for (var axis = 0; axis < 2; axis++)
        {
            var (along, across) = axis == 0 ? (1, side) : (side, 1);
            for (var i = 0; i < side; i++)
            {
                for (var j = 0; j < side; j++)
                {
                    var sum = 0f;
                    for (var k = -radius; k <= radius; k++)
                    {
                        sum += noise[(i * across) + ((j + k + side) % side * along)];
                    }

                    line[j] = sum / MathF.Sqrt((2 * radius) + 1);
                }

                for (var j = 0; j < side; j++)
                {
                    noise[(i * across) + (j * along)] = line[j];
                }
            }
        }
    }
}
