namespace Flex.Torch.Nn;

/// <summary>
/// A part of a network: named parameters, buffers and child modules, in the order of their registration. Names
/// are joined with dots and are those of the PyTorch module they stand for.
/// </summary>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Tensor Value)> _parameters = [];
    private readonly List<(string Name, Tensor Value)> _buffers = [];
    private readonly List<(string Name, Module Value)> _children = [];

    /// <summary>Whether dropout and its like are active. True until <see cref="Eval"/> is called.</summary>
    public bool Training { get; private set; } = true;

    /// <summary>Whether the parts of this module that can keep only their inputs for the backward pass; see <see cref="Torch.ActivationCheckpoint"/>.</summary>
    public bool ActivationCheckpointing { get; private set; }

    /// <summary>Every parameter with its full name; a module's own before its children's.</summary>
    /// <param name="prefix">Put before every name.</param>
    /// <returns>The parameters.</returns>
    public IEnumerable<(string Name, Tensor Value)> NamedParameters(string prefix = "") =>
        NamedModules(prefix).SelectMany(m => m.Module._parameters.Select(p => (Join(m.Name, p.Name), p.Value)));

    /// <summary>Every buffer (saved with the weights, but not trained) with its full name.</summary>
    /// <param name="prefix">Put before every name.</param>
    /// <returns>The buffers.</returns>
    public IEnumerable<(string Name, Tensor Value)> NamedBuffers(string prefix = "") =>
        NamedModules(prefix).SelectMany(m => m.Module._buffers.Select(b => (Join(m.Name, b.Name), b.Value)));

    /// <summary>Parameters and buffers in the order of PyTorch's <c>state_dict</c>.</summary>
    /// <param name="prefix">Put before every name.</param>
    /// <returns>The state.</returns>
    public IEnumerable<(string Name, Tensor Value)> NamedState(string prefix = "") =>
        NamedModules(prefix).SelectMany(m => m.Module._parameters.Concat(m.Module._buffers).Select(s => (Join(m.Name, s.Name), s.Value)));

    /// <summary>This module and all below it, parents first.</summary>
    /// <param name="prefix">This module's own name.</param>
    /// <returns>The modules.</returns>
    public IEnumerable<(string Name, Module Module)> NamedModules(string prefix = "") =>
        _children.SelectMany(c => c.Value.NamedModules(Join(prefix, c.Name))).Prepend((prefix, this));

    /// <summary>Switches dropout and its like on or off, here and below.</summary>
    /// <param name="mode">On or off.</param>
    public void Train(bool mode = true)
    {
        foreach (var (_, module) in NamedModules())
        {
            module.Training = mode;
        }
    }

    /// <summary>Switches dropout and its like off, here and below.</summary>
    public void Eval() => Train(false);

    /// <summary>Trades time for memory in training, here and below: what blocks of networks would keep for the backward pass is computed again
    /// there. Losses and gradients stay the same to the last bit.</summary>
    /// <param name="mode">On or off.</param>
    public void CheckpointActivations(bool mode = true)
    {
        foreach (var (_, module) in NamedModules())
        {
            module.ActivationCheckpointing = mode;
        }
    }

    /// <summary>Whether gradients flow to the parameters.</summary>
    /// <param name="value">Yes or no.</param>
    public void RequiresGrad(bool value)
    {
        foreach (var (_, parameter) in NamedParameters())
        {
            parameter.RequiresGrad = value;
        }
    }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var (_, parameter) in NamedParameters())
        {
            parameter.Grad = null;
        }
    }

    /// <summary>Sets every parameter and buffer to its initial law; each draws from a stream of its own name's.</summary>
    /// <param name="seed">The seed.</param>
    public void Initialize(ulong seed)
    {
        using var noGrad = GradMode.NoGrad();
        foreach (var (name, module) in NamedModules())
        {
            module.Reset(new Initializer(seed, name));
        }
    }

    /// <summary>Moves parameters and buffers to a device.</summary>
    /// <param name="device">The device.</param>
    public void To(Device device)
    {
        using var noGrad = GradMode.NoGrad();
        foreach (var (_, tensor) in NamedState())
        {
            tensor.MoveTo(device);
        }
    }

    /// <summary>
    /// Sets how products are formed: on a processor by <see cref="Conv2d.ComputeType"/>, on a GPU by <see cref="Engine.AllowTf32"/>, for the
    /// whole process, and by what the module itself makes of it.
    /// </summary>
    /// <param name="precision">The precision.</param>
    /// <param name="device">Where the module is.</param>
    public virtual void ComputeIn(Precision precision, Device device)
    {
        if (device.Type == DeviceType.Cuda)
        {
            Engine.AllowTf32(precision != Precision.Float32);
            return;
        }

        var type = precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        foreach (var convolution in NamedModules().Select(m => m.Module).OfType<Conv2d>())
        {
            convolution.ComputeType = type;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees parameters and buffers, here and below.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, tensor) in NamedState())
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Sets this module's own parameters and buffers to their initial law.</summary>
    /// <param name="initializer">The laws, drawing from this module's stream.</param>
    protected virtual void Reset(Initializer initializer)
    {
    }

    /// <summary>Registers a trainable tensor, which this module owns from now on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="format">Its memory order.</param>
    /// <returns>The parameter.</returns>
    protected Tensor AddParameter(string name, ReadOnlySpan<long> shape, MemoryFormat format = MemoryFormat.Contiguous)
    {
        using var scope = new TensorScope();
        var parameter = Tensor.Zeros(shape).Contiguous(format).DetachFromScope();
        parameter.RequiresGrad = true;
        _parameters.Add((name, parameter));
        return parameter;
    }

    /// <summary>Registers a tensor that is saved but not trained, which this module owns from now on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its sizes.</param>
    /// <returns>The buffer.</returns>
    protected Tensor AddBuffer(string name, ReadOnlySpan<long> shape)
    {
        var buffer = Tensor.Zeros(shape).DetachFromScope();
        _buffers.Add((name, buffer));
        return buffer;
    }

    /// <summary>Applies a part of this module, which keeps only its inputs where <see cref="ActivationCheckpointing"/> is on.</summary>
    /// <param name="segment">The part; see <see cref="ActivationCheckpoint.Run"/>.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <returns>Its output, in the caller's scope.</returns>
    protected Tensor Segment(Func<Tensor[], Tensor> segment, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return ActivationCheckpointing ? ActivationCheckpoint.Run(segment, inputs) : segment(inputs);
    }

    /// <summary>Registers a child.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="module">The child.</param>
    /// <returns>The child.</returns>
    protected T AddModule<T>(string name, T module)
        where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
