using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Training.Tests.Support;

/// <summary>Learns the data's map by least squares; with dropout, times and noise where a test needs them to count.</summary>
internal sealed class ToyObjective : ITrainingObjective, IDisposable
{
    private readonly ToyNetwork _network;
    private readonly double _jitter;

    public ToyObjective(int hidden = 0, double dropout = 0, double jitter = 0)
    {
        _network = new ToyNetwork(hidden, dropout);
        _network.Initialize(3);
        _jitter = jitter;
    }

    public Module Network => _network;

    /// <summary>What the loss is multiplied by at a number of calls; for provoking faults.</summary>
    public Func<long, double> Factor { get; init; } = _ => 1;

    public long Calls { get; private set; }

    public Tensor Loss(TrainingBatch batch, Tensor t, Tensor noise)
    {
        using var scope = new TensorScope();
        var target = batch.Residual + noise * t.View(-1, 1) * _jitter;
        return scope.Keep(Functional.MseLoss(_network.Forward(batch.Condition), target) * Factor(Calls++));
    }

    public double? SampleError(TrainingBatch batch, Tensor noise)
    {
        using var scope = new TensorScope();
        return ((_network.Forward(batch.Condition) - batch.Residual).Norm() / batch.Residual.Norm()).Item();
    }

    public void Save(string path, IReadOnlyDictionary<string, string> provenance) =>
        SafeTensors.Write(path, _network.NamedState().Select(s => KeyValuePair.Create(s.Name, s.Value.ToData())), provenance);

    public void Dispose() => _network.Dispose();

    private sealed class ToyNetwork : Module
    {
        private readonly Linear _first;
        private readonly Linear? _second;
        private readonly double _dropout;

        public ToyNetwork(int hidden, double dropout)
        {
            _dropout = dropout;
            _first = AddModule("first", new Linear(ToyData.Width, hidden > 0 ? hidden : ToyData.Width));
            _second = hidden > 0 ? AddModule("second", new Linear(hidden, ToyData.Width)) : null;
        }

        public Tensor Forward(Tensor x)
        {
            using var scope = new TensorScope();
            var y = _first.Forward(x);
            return scope.Keep(_second is null ? y : _second.Forward(Functional.Dropout(Functional.Silu(y), _dropout, Training)));
        }
    }
}
