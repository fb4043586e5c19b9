namespace Flex.Evaluation.Ensembles;

/// <summary>How much an ensemble's uncertainty is worth, over all points at which it was compared with the truth.</summary>
/// <remarks>
/// "Perfect" means that truth and members are independent draws from one law. What a number is for a perfect ensemble
/// depends on M, and stands beside it.
/// </remarks>
public sealed record EnsembleScores
{
    private static readonly double[] Levels = [0.5, 0.8, 0.9, 0.95];

    /// <summary>M, the number of members, at least 2.</summary>
    public required int Members { get; init; }

    /// <summary>Points that were compared.</summary>
    public required long Points { get; init; }

    /// <summary>Points left out because the truth or a member is NaN there.</summary>
    public required long Masked { get; init; }

    /// <summary>Points at which all members are equal; they have no pull, and count in everything else.</summary>
    public required long WithoutSpread { get; init; }

    /// <summary>
    /// The fair continuous ranked probability score, ⟨1/M Σ|xᵢ − y| − 1/(2M(M − 1)) Σᵢⱼ|xᵢ − xⱼ|⟩, in the field's unit;
    /// less is better. Its expectation does not depend on M (Ferro 2014, Q. J. R. Meteorol. Soc. 140, 1917).
    /// </summary>
    public required double FairCrps { get; init; }

    /// <summary>
    /// The fair energy score, the CRPS with ‖·‖ in place of |·| (Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102,
    /// 359): it judges the members' patterns and not only their values point by point. The vector is the added block
    /// (a whole field), ‖·‖ its root mean square, so that the unit is the field's; the mean over blocks. Less is better.
    /// </summary>
    public required double EnergyScore { get; init; }

    /// <summary>The root of the mean over points of the members' variance, M − 1 in its denominator; in the field's unit.</summary>
    public required double Spread { get; init; }

    /// <summary>The root mean square error of the ensemble mean, in the field's unit.</summary>
    public required double Skill { get; init; }

    /// <summary>How often 0, 1, … M members lay below the truth. A perfect ensemble's is flat up to chance.</summary>
    public required IReadOnlyList<long> RankHistogram { get; init; }

    /// <summary>The mean of the pull (y − mean)/std, std with M − 1: a bias in units of the spread. 0 is perfect.</summary>
    public required double PullMean { get; init; }

    /// <summary>The standard deviation of the pull; see <see cref="ExpectedPullWidth"/> for what is right.</summary>
    public required double PullWidth { get; init; }

    /// <summary>
    /// √((M + 1)/M) · spread / skill: 1 is perfect, below 1 is over-confident (Fortin et al. 2014, J. Hydrometeorol.
    /// 15, 1708). NaN when both vanish.
    /// </summary>
    public double SpreadSkill => Math.Sqrt((Members + 1.0) / Members) * Spread / Skill;

    /// <summary>
    /// Σ|nᵣ/n − 1/(M + 1)| over the ranks, from 0 (flat) to 2M/(M + 1) (Delle Monache et al. 2006, J. Geophys. Res. 111,
    /// D24307, without its factor of 100).
    /// </summary>
    public double ReliabilityIndex => RankHistogram.Sum(count => Math.Abs(((double)count / Points) - (1.0 / (Members + 1))));

    /// <summary>The coverage of the central 50, 80, 90 and 95 % intervals.</summary>
    public IReadOnlyList<IntervalCoverage> Coverage => [.. Levels.Select(level => IntervalCoverage.Of(level, RankHistogram))];

    /// <summary>
    /// The pull's width of a perfect Gaussian ensemble, √((M + 1)/M · (M − 1)/(M − 3)): mean and std of M draws make of
    /// the pull √((M + 1)/M) times Student's t with M − 1 degrees of freedom. 1.55 for 5 members, 1.25 for 8; infinite
    /// for 3 or less.
    /// </summary>
    public double ExpectedPullWidth => Members > 3
        ? Math.Sqrt((Members + 1.0) / Members * (Members - 1.0) / (Members - 3.0))
        : double.PositiveInfinity;
}
