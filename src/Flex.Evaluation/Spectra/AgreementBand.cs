namespace Flex.Evaluation.Spectra;

/// <summary>How well an estimate agrees with the truth in one band of wavenumbers.</summary>
/// <param name="Low">The first wavenumber of the band.</param>
/// <param name="High">The last wavenumber of the band.</param>
/// <param name="Coherence">
/// P_xy/√(P_xx P_yy), in [−1, 1]: 1 when every wave of the estimate is in phase with the truth's, 0 when it is invented;
/// the amplitude does not matter. NaN when the estimate has nothing there.
/// </param>
/// <param name="Error">
/// The spectrum of x − y over that of y, (P_xx + P_yy − 2 P_xy)/P_yy: 0 is perfect, 1 is what an estimate without
/// anything there has, 2 is what invented waves of the right amplitude have.
/// </param>
public sealed record AgreementBand(int Low, int High, double Coherence, double Error);
