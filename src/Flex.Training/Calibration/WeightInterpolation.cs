using Flex.Diffusion;
using Flex.Torch;
using Flex.Torch.State;

namespace Flex.Training.Calibration;

/// <summary>
/// Weights between those before and after a tuning, which keep some of the skill that it costs (Wortsman et al. 2022, "Robust fine-tuning of zero-shot
/// models", CVPR: WiSE-FT).
/// </summary>
internal static class WeightInterpolation
{
    /// <summary>Writes a model again, atomically.</summary>
    /// <param name="before">The model before.</param>
    /// <param name="after">The model after; changed.</param>
    /// <param name="share">The share of the weights after, 0 to 1.</param>
    /// <exception cref="InputException">A model cannot be read, or the file cannot be written.</exception>
    public static void Apply(string before, string after, double share)
    {
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        using var first = ModelFile.Load(before);
        using var second = ModelFile.Load(after);
        foreach (var (old, tuned) in first.Backbone.NamedState().Zip(second.Backbone.NamedState()))
        {
            tuned.Value.CopyInPlace((tuned.Value * share) + (old.Value * (1 - share)));
        }

        ModelFile.Save(after, second, SafeTensors.ReadHeader(after).Metadata);
    }
}
