using Flex.Torch.Native;

namespace Flex.Torch.Optim;

/// <summary>An average of a network's weights over the steps of training, smoother than the weights themselves.</summary>
public sealed class ExponentialMovingAverage : IDisposable
{
    private static readonly Operator LerpOp = new("flexg::lerp_");

    private readonly (string Name, Tensor Value)[] _parameters;
    private readonly Tensor[] _averages;
    private readonly double _decay;
    private readonly bool _warmUp;

    /// <summary>Starts at the present weights.</summary>
    /// <param name="parameters">The weights that are averaged. They stay with their owner.</param>
    /// <param name="decay">The decay d of e ← d·e + (1 − d)·p, in [0, 1].</param>
    /// <param name="warmUp">Whether the n-th update (from 0) uses min(d, (1 + n)/(10 + n)), which forgets the first weights fast.</param>
    public ExponentialMovingAverage(IEnumerable<(string Name, Tensor Value)> parameters, double decay, bool warmUp)
    {
        using var noGrad = GradMode.NoGrad();
        _parameters = [.. parameters];
        _averages = Array.ConvertAll(_parameters, parameter => parameter.Value.Clone().DetachFromScope());
        _decay = decay;
        _warmUp = warmUp;
    }

    /// <summary>How many updates were made; set when a saved state is restored.</summary>
    public long Updates { get; set; }

    /// <summary>The averages under their parameters' names. To restore a saved state, copy into them and set <see cref="Updates"/>.</summary>
    public IEnumerable<(string Name, Tensor Value)> Averages =>
        _parameters.Zip(_averages, (parameter, average) => (parameter.Name, average));

    /// <summary>Takes in the present weights.</summary>
    public void Update()
    {
        using var noGrad = GradMode.NoGrad();
        var decay = _warmUp ? Math.Min(_decay, (1.0 + Updates) / (10 + Updates)) : _decay;
        Updates++;
        LerpOp.CallInPlace(_averages, Array.ConvertAll(_parameters, parameter => parameter.Value), 1 - decay);
    }

    /// <summary>Puts the averages into the network until the result is disposed, which puts the weights back.</summary>
    /// <returns>Disposing it ends the exchange.</returns>
    public IDisposable Apply()
    {
        Exchange();
        return new Applied(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var average in _averages)
        {
            average.Dispose();
        }
    }

    private void Exchange()
    {
        using var noGrad = GradMode.NoGrad();
        for (var i = 0; i < _averages.Length; i++)
        {
            using var scope = new TensorScope();
            var weights = _parameters[i].Value.Clone();
            _parameters[i].Value.CopyInPlace(_averages[i]);
            _averages[i].CopyInPlace(weights);
        }
    }

    private sealed class Applied(ExponentialMovingAverage average) : IDisposable
    {
        private ExponentialMovingAverage? _average = average;

        public void Dispose()
        {
            _average?.Exchange();
            _average = null;
        }
    }
}
