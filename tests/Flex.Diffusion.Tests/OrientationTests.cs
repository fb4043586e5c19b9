using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Diffusion.Tests;

public sealed class OrientationTests
{
    private const int Side = 4;
    private const float Mean = 0.5f;

    [Theory]
    [InlineData(SymmetryGroup.None, TaskKind.Forecast, 1)]
    [InlineData(SymmetryGroup.Vorticity, TaskKind.Forecast, 8)]
    [InlineData(SymmetryGroup.Scalar, TaskKind.SuperRes, 2)]
    public void Tiles_are_drawn_in_orientations_in_which_coarse_points_lie_where_they_lay_in_training(SymmetryGroup group, TaskKind task, int count)
    {
        using var scope = new TensorScope();
        var orientations = Orientation.Of(group, task);
        var x = Tensor.From<float>(Values(1), 1, 1, Side, Side);

        Assert.Equal(count, orientations.Count);
        Assert.Same(x, orientations[0].Turn(x));
    }

    /// <summary>Normalised values, whose zero is −mean, are turned as training patches are before they are normalised.</summary>
    [Theory]
    [InlineData(SymmetryGroup.Vorticity)]
    [InlineData(SymmetryGroup.Scalar)]
    public void Turning_is_what_training_does_and_can_be_undone(SymmetryGroup group)
    {
        using var scope = new TensorScope();
        var fields = new[] { Values(1), Values(2) };
        var x = Tensor.From<float>([.. fields.SelectMany(field => field).Select(value => value - Mean)], 1, 2, Side, Side);
        var zeros = Tensor.From<float>([-Mean, -Mean], 2, 1, 1);
        foreach (var (orientation, symmetry) in Orientation.Of(group, TaskKind.Forecast).Zip(PatchSymmetry.All))
        {
            var expected = new float[2 * Side * Side];
            for (var c = 0; c < 2; c++)
            {
                symmetry.Apply(fields[c], Side, symmetry.Sign(group), -Mean, expected.AsSpan(c * Side * Side, Side * Side));
            }

            var turned = orientation.Turn(x, zeros);
            Assert.Equal(expected, turned.ToArray<float>());
            Assert.Equal(x.ToArray<float>(), orientation.TurnBack(turned, zeros).ToArray<float>());
        }
    }

    // Small dyadic numbers, whose sums are exact.
    private static float[] Values(int seed) => [.. Enumerable.Range(0, Side * Side).Select(i => ((i * 7) + seed) % 16 / 8f)];
}
