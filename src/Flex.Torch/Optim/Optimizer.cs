namespace Flex.Torch.Optim;

/// <summary>
/// Moves parameters along their gradients. Each parameter has moments of its own shape and memory layout; they and
/// <see cref="Steps"/> are the whole state.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly (string Name, Tensor Value)[] _parameters;
    private readonly string[] _momentNames;
    private readonly Tensor[][] _moments;

    /// <summary>Creates zero moments.</summary>
    /// <param name="parameters">What is optimised: leaves that require gradients. They stay with their owner.</param>
    /// <param name="momentNames">The names of the moments.</param>
    protected Optimizer(IEnumerable<(string Name, Tensor Value)> parameters, params string[] momentNames)
    {
        _parameters = [.. parameters];
        _momentNames = momentNames;
        _moments = Array.ConvertAll(
            _parameters, parameter => Array.ConvertAll(momentNames, _ => parameter.Value.ZerosLike().DetachFromScope()));
    }

    /// <summary>How many steps were made; set when a saved state is restored.</summary>
    public long Steps { get; set; }

    /// <summary>The moments, named <c>moment.parameter</c>. To restore a saved state, copy into them and set <see cref="Steps"/>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        from i in Enumerable.Range(0, _parameters.Length)
        from j in Enumerable.Range(0, _momentNames.Length)
        select ($"{_momentNames[j]}.{_parameters[i].Name}", _moments[i][j]);

    /// <summary>Makes one step; a parameter without a gradient stays as it is.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="gradientScale">What gradients are multiplied by first: the clipping factor, over the number of
    /// accumulated batches.</param>
    public void Step(double learningRate, double gradientScale = 1)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = new TensorScope();
        Steps++;
        var fused = new List<(int Index, Tensor Gradient)>();
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].Value.Grad is not { } gradient)
            {
                continue;
            }

            if (FusedLayout.Fits(_parameters[i].Value, gradient))
            {
                fused.Add((i, gradient));
            }
            else
            {
                using var one = new TensorScope();
                Update(_parameters[i].Value, gradient, _moments[i], learningRate, gradientScale);
            }
        }

        if (fused.Count > 0)
        {
            UpdateFused(
                [.. fused.Select(entry => _parameters[entry.Index].Value)],
                [.. fused.Select(entry => entry.Gradient)],
                [.. Enumerable.Range(0, _momentNames.Length).Select(j => fused.Select(entry => _moments[entry.Index][j]).ToArray())],
                learningRate,
                gradientScale);
        }
    }

    /// <summary>Forgets the gradients, so that the next backward pass starts from none.</summary>
    public void ZeroGrad()
    {
        foreach (var (_, parameter) in _parameters)
        {
            parameter.Grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the moments.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var moment in _moments.SelectMany(moments => moments))
        {
            moment.Dispose();
        }
    }

    /// <summary>What <see cref="Update"/> does, for all parameters that the gate's loops can take; <see cref="Steps"/> counts this step already.</summary>
    /// <param name="parameters">The parameters, at least one.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="moments">Their moments: a list for each name.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="gradientScale">What gradients are multiplied by.</param>
    protected abstract void UpdateFused(Tensor[] parameters, Tensor[] gradients, Tensor[][] moments, double learningRate, double gradientScale);

    /// <summary>Updates one parameter and its moments in place; <see cref="Steps"/> counts this step already.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, the same shape.</param>
    /// <param name="moments">Its moments, in the order of their names.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="gradientScale">What the gradient is multiplied by.</param>
    protected abstract void Update(Tensor parameter, Tensor gradient, Tensor[] moments, double learningRate, double gradientScale);
}
