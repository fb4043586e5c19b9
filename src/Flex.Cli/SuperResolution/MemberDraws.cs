using Flex.Diffusion.Tiling;
using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;

namespace Flex.Cli.SuperResolution;

/// <summary>Draws the ensembles that are judged: small ones in memory, large ones on disk, so that memory does not grow with the members.</summary>
/// <param name="sampler">The sampler.</param>
/// <param name="members">M.</param>
/// <param name="largest">Bytes of the largest ensemble that is kept in memory.</param>
internal sealed class MemberDraws(TiledSampler sampler, int members, long largest = 256L << 20)
{
    /// <summary>Draws an ensemble.</summary>
    /// <param name="truth">The field that it will be compared with.</param>
    /// <param name="coarse">What is known of it.</param>
    /// <param name="parameters">The run's physical parameters, not scaled.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The members; those on disk are for the caller to dispose of.</returns>
    /// <exception cref="InputException">There is no room on the disk.</exception>
    public IReadOnlyList<float[]> Of(TrueField truth, CoarseField coarse, IReadOnlyList<double> parameters, CancellationToken cancellation)
    {
        var (height, width) = (truth.Grid.Height, truth.Grid.Width);
        if ((long)members * height * width * sizeof(float) <= largest)
        {
            return sampler.SampleWhole(coarse, parameters, truth.Frame, cancellation);
        }

        var spool = new EnsembleSpool(members, height * width);
        try
        {
            foreach (var band in sampler.Sample(coarse, parameters, truth.Frame, cancellation).Where(band => band.Y < height))
            {
                // A side that is no multiple of s is refined beyond its last point.
                foreach (var (m, values) in band.Crop(height, width).Members.Index())
                {
                    spool.Write(m, band.Y * width, values);
                }
            }

            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }
}
