namespace Flex.Evaluation.Spectra;

/// <summary>Mean spectra of the truth, of a baseline and of the samples of a model, over the same fields.</summary>
/// <param name="Truth">The true spectrum.</param>
/// <param name="Baseline">The baseline's.</param>
/// <param name="Sample">The samples'; each sample's spectrum counts, not that of their mean, which is smoother.</param>
public sealed record SpectrumComparison(Spectrum Truth, Spectrum Baseline, Spectrum Sample);
